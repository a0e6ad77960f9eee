import type { DeleteSubscriptionFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, ResourceNotFoundException, type Logs } from '../state.ts'

/** Deletes a subscription filter; what it matched before and has not been delivered is dropped. */
export async function DeleteSubscriptionFilter(logs: Logs, input: DeleteSubscriptionFilterCommandInput): Promise<object> {
  const group = await groupNamed(logs, input.logGroupName)
  if (!await logs.tables.subscriptionFilters.get(group.name, input.filterName!)) {
    throw new ResourceNotFoundException('The specified subscription filter does not exist.')
  }
  await logs.tables.subscriptionFilters.delete(group.name, input.filterName!)
  await logs.tables.groups.put({ ...group, subscriptionFilterCount: (group.subscriptionFilterCount ?? 1) - 1 })
  return {}
}
