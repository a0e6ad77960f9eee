import type { UntagResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs } from '../state.ts'
import { groupOfArn, removeTags } from './tags.ts'

/** Removes tags from a log group. */
export async function UntagResource(logs: Logs, input: UntagResourceCommandInput): Promise<object> {
  await removeTags(logs, await groupOfArn(logs, input.resourceArn!), input.tagKeys!)
  return {}
}
