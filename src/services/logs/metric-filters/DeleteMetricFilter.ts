import type { DeleteMetricFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { groupNamed, ResourceNotFoundException, type Logs } from '../state.ts'

/** Deletes a metric filter. */
export async function DeleteMetricFilter(logs: Logs, input: DeleteMetricFilterCommandInput): Promise<object> {
  const group = await groupNamed(logs, input.logGroupName)
  if (!await logs.tables.metricFilters.get(group.name, input.filterName!)) throw new ResourceNotFoundException('The specified metric filter does not exist.')
  await logs.tables.metricFilters.delete(group.name, input.filterName!)
  await logs.tables.groups.put({ ...group, metricFilterCount: (group.metricFilterCount ?? 1) - 1 })
  return {}
}
