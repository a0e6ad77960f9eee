import type { DescribeMetricFiltersCommandInput, MetricFilter } from '@aws-sdk/client-cloudwatch-logs'
import { pageOfNames } from '../pages.ts'
import { groupNamed, InvalidParameterException, type Logs, type MetricFilterRow } from '../state.ts'

/** Lists metric filters: of a group by name, or of all groups by the metric that they write. */
export async function DescribeMetricFilters(
  logs: Logs, input: DescribeMetricFiltersCommandInput
): Promise<{ metricFilters: MetricFilter[], nextToken?: string }> {
  const { logGroupName, filterNamePrefix = '', metricName, metricNamespace } = input
  if ((metricName === undefined) !== (metricNamespace === undefined)) {
    throw new InvalidParameterException('metricName and metricNamespace must be provided together.')
  }
  const group = logGroupName === undefined ? undefined : await groupNamed(logs, logGroupName)
  const rows = await logs.tables.metricFilters.list(group && { prefix: [group.name] })
  const wanted = rows.filter(row => row.name.startsWith(filterNamePrefix) &&
    (metricName === undefined || (row.metricName === metricName && row.metricNamespace === metricNamespace)))
  // Filters of several groups may have one name: the group comes with it in the token.
  const named = wanted.map(row => ({ row, name: group ? row.name : `${row.group}\n${row.name}` })).sort((a, b) => a.name < b.name ? -1 : 1)
  const { page, ...next } = pageOfNames(`DescribeMetricFilters ${group?.name ?? ''}`, named, input)
  return { metricFilters: page.map(({ row }) => describe(row)), ...next }
}

const describe = (row: MetricFilterRow): MetricFilter => ({
  filterName: row.name, logGroupName: row.group, filterPattern: row.pattern, creationTime: row.createdAt, applyOnTransformedLogs: false,
  metricTransformations: [{
    metricName: row.metricName, metricNamespace: row.metricNamespace, metricValue: row.metricValue, unit: row.unit as 'None',
    ...row.defaultValue !== undefined && { defaultValue: row.defaultValue }, ...row.dimensions && { dimensions: row.dimensions },
  }],
})
