import type { PutRetentionPolicyCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, InvalidParameterException, retentionDaysAllowed, ValidationException, type Logs } from '../state.ts'
import { scheduleExpiry } from './expiry.ts'

/** Sets how many days a group keeps its events. */
export async function PutRetentionPolicy(logs: Logs, input: PutRetentionPolicyCommandInput): Promise<object> {
  const group = await groupNamed(logs, input.logGroupName)
  if (group.logGroupClass === 'DELIVERY') throw new ValidationException('The retention of a log group of the DELIVERY class cannot be changed.')
  const days = input.retentionInDays!
  if (!retentionDaysAllowed.includes(days)) {
    throw new InvalidParameterException(`The retentionInDays value ${days} is not valid: use one of ${retentionDaysAllowed.join(', ')}.`)
  }
  await logs.tables.groups.put({ ...group, retentionDays: days })
  scheduleExpiry(logs, group.name)
  return {}
}
