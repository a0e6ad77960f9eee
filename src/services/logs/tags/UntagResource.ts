import type { UntagResourceCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs } from '../state.ts'
import { groupOfArn } from './tags.ts'

/** Removes tags from a log group. */
export async function UntagResource(logs: Logs, input: UntagResourceCommandInput): Promise<object> {
  const group = await groupOfArn(logs, input.resourceArn!)
  await logs.tables.groups.put({ ...group, tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !input.tagKeys!.includes(key))) })
  return {}
}
