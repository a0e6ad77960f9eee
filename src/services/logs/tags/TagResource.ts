import type { TagResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs } from '../state.ts'
import { addTags, groupOfArn } from './tags.ts'

/** Adds tags to a log group, or overwrites them. */
export async function TagResource(logs: Logs, input: TagResourceCommandInput): Promise<object> {
  await addTags(logs, await groupOfArn(logs, input.resourceArn!), input.tags!)
  return {}
}
