import type { TagLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, type Logs } from '../state.ts'
import { addTags } from './tags.ts'

/** Adds tags to a log group by its name; AWS recommends TagResource. */
export async function TagLogGroup(logs: Logs, input: TagLogGroupCommandInput): Promise<object> {
  await addTags(logs, await groupNamed(logs, input.logGroupName), input.tags!)
  return {}
}
