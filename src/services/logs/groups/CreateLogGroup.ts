import type { CreateLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { tagProblem } from '../../../platform/tags.ts'
import { InvalidParameterException, ResourceAlreadyExistsException, type GroupRow, type Logs } from '../state.ts'
import { scheduleExpiry } from './expiry.ts'

/** Groups of this class keep their events for a day. */
const deliveryRetentionDays = 1

/** Creates a log group. */
export async function CreateLogGroup(logs: Logs, input: CreateLogGroupCommandInput): Promise<object> {
  const name = input.logGroupName!
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
    throw new InvalidParameterException(`1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: `
      + `Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`)
  }
  if (input.kmsKeyId !== undefined) throw new InvalidParameterException('Encryption of log groups with a KMS key is not supported by Fogbank.')
  const problem = tagProblem(input.tags ?? {})
  if (problem) throw new InvalidParameterException(problem)
  if (await logs.tables.groups.get(name)) throw new ResourceAlreadyExistsException('The specified log group already exists')
  const logGroupClass = classOf(input.logGroupClass)
  await logs.tables.groups.put({
    name, createdAt: logs.now(), logGroupClass, ...logGroupClass === 'DELIVERY' && { retentionDays: deliveryRetentionDays },
    tags: input.tags ?? {}, ...input.deletionProtectionEnabled && { deletionProtected: true },
  })
  if (logGroupClass === 'DELIVERY') scheduleExpiry(logs, name)
  return {}
}

function classOf(given = 'STANDARD'): GroupRow['logGroupClass'] {
  if (given === 'STANDARD' || given === 'INFREQUENT_ACCESS' || given === 'DELIVERY') return given
  throw new InvalidParameterException(`The log group class ${given} is not supported by Fogbank.`)
}
