import type { DeleteRetentionPolicyCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, type Logs } from '../state.ts'

/** Events of the group no longer expire. */
export async function DeleteRetentionPolicy(logs: Logs, input: DeleteRetentionPolicyCommandInput): Promise<object> {
  const { retentionDays: _, ...group } = await groupNamed(logs, input.logGroupName)
  await logs.tables.groups.put(group)
  logs.cancel('expire', group.name)
  return {}
}
