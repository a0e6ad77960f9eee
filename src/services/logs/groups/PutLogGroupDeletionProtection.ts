import type { PutLogGroupDeletionProtectionCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, groupNameOf, type Logs } from '../state.ts'

/** Turns a group's protection against deletion on or off. */
export async function PutLogGroupDeletionProtection(logs: Logs, input: PutLogGroupDeletionProtectionCommandInput): Promise<object> {
  const group = await groupNamed(logs, groupNameOf(input.logGroupIdentifier!))
  await logs.tables.groups.put({ ...group, deletionProtected: input.deletionProtectionEnabled! })
  return {}
}
