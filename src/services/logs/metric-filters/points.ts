import type { StoredLogEvents } from '../../../contracts/events.ts'
import { compileExtractor } from '../filters/extract.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import type { Logs, MetricFilterRow } from '../state.ts'

/** The points that a group's metric filters make of events. */
export async function pointsOf(logs: Logs, group: string, events: { timestamp: number, message: string }[]): Promise<StoredLogEvents['filters']> {
  const filters = await logs.tables.metricFilters.list({ prefix: [group] })
  return filters.map(filter => {
    const makePoint = compilePoint(filter)
    return {
      name: filter.name, namespace: filter.metricNamespace, metric: filter.metricName, unit: filter.unit,
      ...filter.defaultValue !== undefined && { defaultValue: filter.defaultValue },
      points: events.flatMap(event => makePoint(event) ?? []),
    }
  })
}

type Point = StoredLogEvents['filters'][number]['points'][number]

/** What an event that matches is worth; undefined where it does not match, or its value is no number. */
function compilePoint({ pattern, metricValue, dimensions = {} }: MetricFilterRow): (event: { timestamp: number, message: string }) => Point | undefined {
  const matches = compileFilterPattern(pattern)
  const selectors = [metricValue, ...Object.values(dimensions)].filter(value => value.startsWith('$'))
  const extract = selectors.length > 0 ? compileExtractor(pattern, selectors) : () => ({}) as Record<string, string>
  return ({ timestamp, message }) => {
    if (!matches(message)) return undefined
    const found = extract(message)
    const text = metricValue.startsWith('$') ? found[metricValue] : metricValue
    const value = text === undefined || text.trim() === '' ? NaN : Number(text)
    if (!Number.isFinite(value)) return undefined
    // A point with a dimension that the event does not have is a point without it.
    const known = Object.entries(dimensions).flatMap(([name, selector]) => {
      const dimension = selector.startsWith('$') ? found[selector] : selector
      return dimension === undefined || dimension === '' ? [] : [[name, dimension]]
    })
    return { value, dimensions: Object.fromEntries(known), at: timestamp }
  }
}
