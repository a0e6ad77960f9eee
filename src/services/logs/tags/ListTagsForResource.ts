import type { ListTagsForResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs } from '../state.ts'
import { groupOfArn } from './tags.ts'

/** The tags of a log group. */
export async function ListTagsForResource(logs: Logs, input: ListTagsForResourceCommandInput): Promise<{ tags: Record<string, string> }> {
  return { tags: (await groupOfArn(logs, input.resourceArn!)).tags }
}
