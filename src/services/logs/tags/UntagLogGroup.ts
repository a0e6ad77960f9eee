import type { UntagLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, type Logs } from '../state.ts'
import { removeTags } from './tags.ts'

/** Removes tags from a log group by its name; AWS recommends UntagResource. */
export async function UntagLogGroup(logs: Logs, input: UntagLogGroupCommandInput): Promise<object> {
  await removeTags(logs, await groupNamed(logs, input.logGroupName), input.tags!)
  return {}
}
