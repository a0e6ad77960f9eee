import type { ListTagsLogGroupCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, type Logs } from '../state.ts'

/** The tags of a log group by its name; AWS recommends ListTagsForResource. */
export async function ListTagsLogGroup(logs: Logs, input: ListTagsLogGroupCommandInput): Promise<{ tags: Record<string, string> }> {
  return { tags: (await groupNamed(logs, input.logGroupName)).tags }
}
