import type { MetricTransformation, PutMetricFilterCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { canExtract } from '../filters/extract.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import { groupNamed, InvalidParameterException, LimitExceededException, refuseMembers, requireStandard, type Logs } from '../state.ts'

const filtersPerGroupMax = 100
const dimensionsMax = 3

/** Makes metric points of the events that match a pattern, from now on: a number, or a value in the event. */
export async function PutMetricFilter(logs: Logs, input: PutMetricFilterCommandInput): Promise<object> {
  refuseMembers(input, ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFieldDimensions'])
  const group = await groupNamed(logs, input.logGroupName)
  requireStandard(group)
  const pattern = input.filterPattern!
  compileFilterPattern(pattern)
  const transformation = input.metricTransformations![0]!
  check(pattern, transformation)
  const existing = await logs.tables.metricFilters.list({ prefix: [group.name] })
  const previous = existing.find(row => row.name === input.filterName)
  if (!previous && existing.length >= filtersPerGroupMax) throw new LimitExceededException('Resource limit exceeded.')
  const { metricName, metricNamespace, metricValue, defaultValue, dimensions, unit = 'None' } = transformation
  await logs.tables.metricFilters.put({
    group: group.name, name: input.filterName!, pattern, createdAt: previous?.createdAt ?? logs.now(), metricName: metricName!,
    metricNamespace: metricNamespace!, metricValue: metricValue!, unit,
    ...defaultValue !== undefined && { defaultValue }, ...dimensions && { dimensions },
  })
  if (!previous) await logs.tables.groups.put({ ...group, metricFilterCount: existing.length + 1 })
  return {}
}

/** A value is a number or a selector, and selectors need a pattern that has values. */
function check(pattern: string, { metricValue = '', metricNamespace = '', defaultValue, dimensions }: MetricTransformation): void {
  if (!metricValue.startsWith('$') && (metricValue.trim() === '' || !Number.isFinite(Number(metricValue)))) {
    throw new InvalidParameterException(`Invalid metric transformation: metricValue '${metricValue}' must be a number or a field of the pattern.`)
  }
  if (metricNamespace.startsWith('AWS/')) throw new InvalidParameterException("Invalid metric transformation: metricNamespace must not start with 'AWS/'.")
  if (metricValue.startsWith('$') && !canExtract(pattern)) {
    throw new InvalidParameterException('The specified filter pattern does not support metric value extraction.')
  }
  if (!dimensions) return
  if (defaultValue !== undefined) {
    throw new InvalidParameterException('Invalid metric transformation: dimensions and default value are mutually exclusive properties.')
  }
  if (Object.keys(dimensions).length > dimensionsMax) {
    throw new InvalidParameterException(`Invalid metric transformation: at most ${dimensionsMax} dimensions are allowed.`)
  }
  if (!canExtract(pattern)) throw new InvalidParameterException('The specified filter pattern does not support dimensions')
}
