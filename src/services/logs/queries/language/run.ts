import type { Running } from './aggregates.ts'
import type { Column, Command } from './query.ts'
import { QueryRecord } from './record.ts'
import { compareValues, numberOf, textOf } from './values.ts'

/** Takes records one by one, and tells the result when there are no more. */
export interface Pipeline {
  add(record: QueryRecord): void
  /** Rows as texts by column, and how many records passed the first filters. */
  finish(): { rows: Record<string, string>[], matched: number }
  /** Records that it holds. */
  readonly held: number
}

const limitDefault = 10_000
/** A pipeline that merely keeps the best rows drops the others when it holds so many times too many. */
const slack = 4

/**
 * Compiles the commands. Those before the first `stats`, `sort`, `limit` or `dedup` look at each record as it comes; `stats` adds it up at once,
 * the others work on what was kept.
 */
export function createPipeline(commands: Command[], account: string, limit = limitDefault): Pipeline {
  const split = commands.findIndex(command => !['filter', 'make', 'display'].includes(command.kind))
  const [first, rest] = split < 0 ? [commands, []] : [commands.slice(0, split), commands.slice(split)]
  const [barrier] = rest
  const stats = barrier?.kind === 'stats' ? beginStats(barrier, account) : undefined
  const order = barrier?.kind === 'sort' ? sorter(barrier.keys) : newestFirst
  const keeps = keptBy(rest, limit)
  let kept: QueryRecord[] = []
  let matched = 0
  return {
    add(record) {
      if (!passes(record, first)) return
      matched++
      if (stats) return stats.add(record)
      kept.push(record)
      if (kept.length >= keeps * slack) kept = kept.sort(order).slice(0, keeps)
    },
    finish() {
      let rows = stats ? stats.rows() : kept.sort(order)
      for (const command of stats ? rest.slice(1) : rest) rows = apply(command, rows, account)
      const limited = rest.some(command => command.kind === 'limit') ? rows : rows.slice(0, limit)
      return { rows: limited.map(rowWriter(commands)), matched }
    },
    get held() { return kept.length },
  }
}

/** How many of the first records in order can still be in the result; Infinity where any can. */
function keptBy(rest: Command[], limit: number): number {
  const next = rest[0]?.kind === 'sort' ? rest[1] : rest[0]
  if (!next) return limit
  return next.kind === 'limit' ? Math.max(1, next.count) : Infinity
}

function passes(record: QueryRecord, commands: Command[]): boolean {
  for (const command of commands) {
    if (command.kind === 'make') command.make(record)
    else if (command.kind === 'filter' && !command.test(record)) return false
  }
  return true
}

const timeOf = (record: QueryRecord) => numberOf(record.get('@timestamp')) ?? 0
const newestFirst = (a: QueryRecord, b: QueryRecord) => timeOf(b) - timeOf(a) || compareValues(b.event?.id, a.event?.id)

function sorter(keys: Extract<Command, { kind: 'sort' }>['keys']): (a: QueryRecord, b: QueryRecord) => number {
  return (a, b) => {
    for (const { of, descending } of keys) {
      const order = compareValues(of(a), of(b))
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }
}

function apply(command: Command, rows: QueryRecord[], account: string): QueryRecord[] {
  switch (command.kind) {
    case 'filter': case 'make': case 'display': return rows.filter(row => passes(row, [command]))
    case 'sort': return [...rows].sort(sorter(command.keys))
    case 'limit': return rows.slice(0, command.count)
    case 'dedup': return withoutRepeats(rows, command.by)
    case 'stats': {
      const stats = beginStats(command, account)
      for (const row of rows) stats.add(row)
      return stats.rows()
    }
  }
}

/** The first record of each combination of values; one without any of the values repeats nothing. */
function withoutRepeats(rows: QueryRecord[], by: Extract<Command, { kind: 'dedup' }>['by']): QueryRecord[] {
  const seen = new Set<string>()
  return rows.filter(row => {
    const values = by.map(of => textOf(of(row)))
    if (values.includes(undefined)) return true
    const key = JSON.stringify(values)
    return !seen.has(key) && seen.add(key)
  })
}

function beginStats({ by, columns, aggregates }: Extract<Command, { kind: 'stats' }>, account: string) {
  const groups = new Map<string, { record: QueryRecord, running: Running[] }>()
  const begin = () => ({ record: new QueryRecord(undefined, account), running: aggregates.map(call => call.begin(call.args)) })
  return {
    add(from: QueryRecord) {
      const values = by.map(column => column.of(from))
      const key = by.length === 0 ? '' : JSON.stringify(values.map(value => textOf(value) ?? null))
      let group = groups.get(key)
      if (!group) {
        groups.set(key, group = begin())
        by.forEach((column, at) => group!.record.made.set(column.name, values[at]))
      }
      for (const running of group.running) running.add(from)
    },
    rows(): QueryRecord[] {
      // Without groups there is one row, of nothing too.
      if (groups.size === 0 && by.length === 0) groups.set('', begin())
      return [...groups.values()].map(({ record, running }) => {
        running.forEach((one, at) => record.made.set(`\0${at}`, one.value()))
        for (const column of columns) record.made.set(column.name, column.of(record))
        aggregates.forEach((_, at) => record.made.delete(`\0${at}`))
        return record
      })
    },
  }
}

const names = (columns: Column[]) => columns.map(column => column.name)

/** Writes a record's columns: those of `display`, of `stats`, or of `fields` and `parse`; without any, the time and the message. */
function rowWriter(commands: Command[]): (record: QueryRecord) => Record<string, string> {
  const last = commands.findLastIndex(command => command.kind === 'stats')
  const shown = commands.slice(last + 1)
  const display = shown.findLast(command => command.kind === 'display')
  const stats = commands[last]
  const begin = stats?.kind === 'stats' ? [...names(stats.by), ...names(stats.columns)] : []
  const made = shown.flatMap(command => command.kind === 'make' ? command.columns : [])
  const asksFields = stats !== undefined || shown.some(command => command.kind === 'make' && command.columns.length > 0 && command.isParse !== true)
  const columns = display?.kind === 'display' ? display.columns : [...new Set([...begin, ...asksFields ? [] : ['@timestamp', '@message'], ...made])]
  return record => {
    const row: Record<string, string> = {}
    for (const column of columns) {
      const text = textOf(record.get(column))
      if (text !== undefined) row[column] = text
    }
    if (record.event) row['@ptr'] = textOf(record.get('@ptr'))!
    return row
  }
}
