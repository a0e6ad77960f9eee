import type { Evaluate, QueryRecord } from './record.ts'
import { compareValues, numberOf, textOf, type Value } from './values.ts'

/** An aggregate under way, of one group. */
export interface Running { add(record: QueryRecord): void, value(): Value }

/** An aggregate that a query names, with its arguments. */
export interface AggregateCall { args: Evaluate[], begin: (args: Evaluate[]) => Running }

interface Aggregate { least: number, most: number, begin: (args: Evaluate[]) => Running }

/** An aggregate of the numbers that a field has. */
const ofNumbers = (begin: () => { add(value: number): void, value(): Value }): Aggregate => ({ least: 1, most: 1, begin: ([of]) => {
  const running = begin()
  return {
    add(record) {
      const value = numberOf(of!(record))
      if (value !== undefined) running.add(value)
    },
    value: () => running.value(),
  }
} })

/** The value of a field that wins over those before it. */
const best = (wins: (value: Value, best: Value, record: QueryRecord, bestRecord: QueryRecord) => boolean): Aggregate => ({ least: 1, most: 1, begin: ([of]) => {
  let found: { value: Value, record: QueryRecord } | undefined
  return {
    add(record) {
      const value = of!(record)
      if (value === undefined || value === null) return
      if (!found || wins(value, found.value, record, found.record)) found = { value, record }
    },
    value: () => found?.value,
  }
} })

const timeOf = (record: QueryRecord) => numberOf(record.get('@timestamp')) ?? 0

function spread(finish: (variance: number) => number) {
  return ofNumbers(() => {
    let [count, mean, squares] = [0, 0, 0]
    return {
      add(value) {
        const before = value - mean
        mean += before / ++count
        squares += before * (value - mean)
      },
      value: () => count === 0 ? undefined : finish(count === 1 ? 0 : squares / (count - 1)),
    }
  })
}

/** The value below which so many percent of the values are, between two of them in proportion. */
function percentile(values: number[], percent: number): number | undefined {
  values.sort((a, b) => a - b)
  const at = Math.min(100, Math.max(0, percent)) / 100 * (values.length - 1)
  const [low, high] = [values[Math.floor(at)], values[Math.ceil(at)]]
  return low === undefined || high === undefined ? undefined : low + (high - low) * (at % 1)
}

const percentiles: Aggregate = { least: 2, most: 2, begin: ([of, percent]) => {
  const values: number[] = []
  let wanted = 0
  return {
    add(record) {
      wanted = numberOf(percent!(record)) ?? wanted
      const value = numberOf(of!(record))
      if (value !== undefined) values.push(value)
    },
    value: () => percentile(values, wanted),
  }
} }

/** The aggregates of `stats`, by their names in lower case. */
export const aggregates: Record<string, Aggregate> = {
  count: { least: 0, most: 1, begin: ([of]) => {
    let count = 0
    return { add(record) { if (!of || (of(record) ?? undefined) !== undefined) count++ }, value: () => count }
  } },
  count_distinct: { least: 1, most: 1, begin: ([of]) => {
    const seen = new Set<string>()
    return {
      add(record) {
        const value = textOf(of!(record))
        if (value !== undefined) seen.add(value)
      },
      value: () => seen.size,
    }
  } },
  sum: ofNumbers(() => {
    let sum = 0
    return { add(value) { sum += value }, value: () => sum }
  }),
  avg: ofNumbers(() => {
    let [sum, count] = [0, 0]
    return { add(value) { sum += value; count++ }, value: () => count === 0 ? undefined : sum / count }
  }),
  min: best((value, found) => compareValues(value, found) < 0),
  max: best((value, found) => compareValues(value, found) > 0),
  sortsfirst: best((value, found) => (textOf(value) ?? '') < (textOf(found) ?? '')),
  sortslast: best((value, found) => (textOf(value) ?? '') > (textOf(found) ?? '')),
  earliest: best((_, __, record, found) => timeOf(record) < timeOf(found)),
  latest: best((_, __, record, found) => timeOf(record) >= timeOf(found)),
  stddev: spread(Math.sqrt),
  variance: spread(variance => variance),
  pct: percentiles,
  percentile: percentiles,
  median: { least: 1, most: 1, begin: ([of]) => percentiles.begin([of!, () => 50]) },
}
