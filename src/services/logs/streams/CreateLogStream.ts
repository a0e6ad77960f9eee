import type { CreateLogStreamCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, InvalidParameterException, ResourceAlreadyExistsException, type Logs } from '../state.ts'

/** Creates a log stream in a group. */
export async function CreateLogStream(logs: Logs, input: CreateLogStreamCommandInput): Promise<object> {
  const name = input.logStreamName!
  if (!/^[^:*]{1,512}$/.test(name)) {
    throw new InvalidParameterException(`1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: `
      + `Member must satisfy regular expression pattern: [^:*]*`)
  }
  const group = await groupNamed(logs, input.logGroupName)
  if (await logs.tables.streams.get(group.name, name)) throw new ResourceAlreadyExistsException('The specified log stream already exists')
  await logs.tables.streams.put({ group: group.name, name, createdAt: logs.now() })
  return {}
}
