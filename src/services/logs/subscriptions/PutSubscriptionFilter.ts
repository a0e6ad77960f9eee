import type { PutSubscriptionFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import {
  groupNamed, InvalidParameterException, LimitExceededException, refuseMembers, requireStandard, type Logs, type SubscriptionFilterRow
} from '../state.ts'
import { serviceOf, tryDestination } from './deliver.ts'

const filtersPerGroupMax = 2
const unreachable: Record<string, string> = {
  lambda: 'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  kinesis: 'Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.',
}

/** Sends the events of a group that match a pattern to a function or a stream, from now on. The destination is tried first. */
export const PutSubscriptionFilter = longRunning(async (logs: Logs, input: PutSubscriptionFilterCommandInput): Promise<object> => {
  const filter = await checked(logs, input)
  try {
    await tryDestination(logs, filter)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.status === 501) throw new InvalidParameterException(`Destinations of ${serviceOf(filter.destinationArn)} are not supported by Fogbank yet.`)
    throw new InvalidParameterException(unreachable[serviceOf(filter.destinationArn)]!)
  }
  await logs.transact(async (inside: Logs) => {
    const group = await groupNamed(inside, filter.group)
    const existing = await inside.tables.subscriptionFilters.list({ prefix: [filter.group] })
    const previous = existing.find(row => row.name === filter.name)
    if (!previous && existing.length >= filtersPerGroupMax) throw new LimitExceededException('Resource limit exceeded.')
    await inside.tables.subscriptionFilters.put({ ...filter, createdAt: previous?.createdAt ?? filter.createdAt })
    if (!previous) await inside.tables.groups.put({ ...group, subscriptionFilterCount: existing.length + 1 })
  })
  return {}
})

async function checked(logs: Logs, input: PutSubscriptionFilterCommandInput): Promise<SubscriptionFilterRow> {
  refuseMembers(input, ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFields'])
  const group = await groupNamed(logs, input.logGroupName)
  requireStandard(group)
  compileFilterPattern(input.filterPattern!)
  const { destinationArn = '', roleArn } = input
  const service = serviceOf(destinationArn)
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(destinationArn)) throw new InvalidParameterException(`destinationArn '${destinationArn}' is not a valid ARN.`)
  if (service !== 'lambda' && service !== 'kinesis') throw new InvalidParameterException(`Destinations of ${service} are not supported by Fogbank yet.`)
  if (service === 'lambda' && roleArn !== undefined) throw new InvalidParameterException('destinationArn for vendor lambda cannot be used with roleArn')
  if (service === 'kinesis') {
    if (roleArn === undefined) throw new InvalidParameterException('destinationArn for vendor kinesis requires roleArn.')
    await logs.authorize({ action: 'iam:PassRole', resource: roleArn, conditions: { 'iam:PassedToService': 'logs.amazonaws.com' } })
  }
  return {
    group: group.name, name: input.filterName!, pattern: input.filterPattern!, destinationArn, ...roleArn !== undefined && { roleArn },
    distribution: input.distribution ?? 'ByLogStream', createdAt: logs.now(),
  }
}
