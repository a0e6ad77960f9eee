import type { AggregateCall } from './aggregates.ts'
import { readCondition, readExpression, readField, readText, type Context } from './expression.ts'
import { Reader } from './reader.ts'
import type { Evaluate, QueryRecord } from './record.ts'
import { isTrue, type Value } from './values.ts'

export interface Column { name: string, of: Evaluate }

export type Command =
  | { kind: 'filter', test: (record: QueryRecord) => boolean }
  /** Makes fields of a record; `columns` are those it shows. */
  | { kind: 'make', make: (record: QueryRecord) => void, columns: string[], isParse?: true }
  | { kind: 'display', columns: string[] }
  | { kind: 'stats', by: Column[], columns: Column[], aggregates: AggregateCall[] }
  | { kind: 'sort', keys: { of: Evaluate, descending: boolean }[] }
  | { kind: 'limit', count: number }
  | { kind: 'dedup', by: Evaluate[] }

const limitMax = 10_000
const unsupported = new Set(['pattern', 'diff', 'anomaly', 'unmask', 'unnest', 'join', 'lookup', 'filterindex', 'source', 'addtotals'])

/** Reads a query of Logs Insights: commands joined by `|`. Throws MalformedQueryException. */
export function readQuery(query: string, now: number): Command[] {
  const reader = new Reader(query)
  const commands: Command[] = []
  if (reader.isAtEnd) return commands
  do commands.push(...readCommand(reader, { now }))
  while (reader.symbol('|'))
  if (!reader.isAtEnd) throw reader.fault()
  return commands
}

function readCommand(reader: Reader, context: Context): Command[] {
  const start = reader.at
  const name = reader.peekWord()?.toLowerCase() ?? ''
  if (unsupported.has(name)) throw reader.fault(`The command ${name} is not supported by Fogbank.`)
  reader.keyword(name)
  switch (name) {
    case 'fields': {
      const columns = readColumns(reader, context)
      return [{ kind: 'make', columns: columns.map(column => column.name), make: record => {
        for (const { name: column, of } of columns) set(record, column, of(record))
      } }]
    }
    case 'display': {
      const columns = readColumns(reader, context)
      const make = (record: QueryRecord) => { for (const { name: column, of } of columns) set(record, column, of(record)) }
      return [{ kind: 'make', columns: [], make }, { kind: 'display', columns: columns.map(column => column.name) }]
    }
    case 'filter': case 'where': {
      const condition = readCondition(reader, context)
      return [{ kind: 'filter', test: record => isTrue(condition(record)) }]
    }
    case 'stats': return [readStats(reader, context)]
    case 'sort': case 'order': {
      if (name === 'order' && !reader.keyword('by')) throw reader.fault()
      return [{ kind: 'sort', keys: reader.list(() => {
        const of = readCondition(reader, context)
        const descending = reader.keyword('desc')
        if (!descending) reader.keyword('asc')
        return { of, descending }
      }) }]
    }
    case 'limit': case 'head': {
      const found = reader.match(/\d+/y)
      if (!found) throw reader.fault()
      if (Number(found[0]) > limitMax) throw reader.fault(`limit must be at most ${limitMax}`, found.index)
      return [{ kind: 'limit', count: Number(found[0]) }]
    }
    case 'dedup': return [{ kind: 'dedup', by: reader.list(() => readCondition(reader, context)) }]
    case 'parse': return [readParse(reader)]
    default: throw reader.fault(undefined, start)
  }
}

/** A field that is merely named keeps its own place in the record. */
function set(record: QueryRecord, name: string, value: Value): void {
  if (value !== undefined && record.get(name) !== value) record.made.set(name, value)
}

const readColumns = (reader: Reader, context: Context): Column[] => reader.list(() => {
  const start = reader.at
  const of = readCondition(reader, context)
  const text = reader.since(start)
  return { name: reader.keyword('as') ? readField(reader) : nameOf(text), of }
})

/** Backticks are not part of a field's name. */
const nameOf = (text: string) => /^`[^`]+`$/.test(text) ? text.slice(1, -1) : text

function readStats(reader: Reader, context: Context): Command {
  const aggregates: AggregateCall[] = []
  const start = reader.at
  const columns = readColumns(reader, { ...context, aggregates })
  if (aggregates.length === 0) throw reader.fault('stats needs an aggregation function', start)
  return { kind: 'stats', columns, aggregates, by: reader.keyword('by') ? readColumns(reader, context) : [] }
}

/** `parse [FIELD] "glob * pattern" as a, b` or `parse [FIELD] /(?<name>…)/`. */
function readParse(reader: Reader): Command {
  const isField = !/["'/]/.test(reader.text[reader.at] ?? '')
  const source = isField ? readField(reader) : '@message'
  const start = reader.at
  const glob = readText(reader)
  const expression = glob === undefined ? readExpression(reader) : globExpression(glob)
  if (!expression) throw reader.fault()
  const groups = [...new Set([...expression.source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(match => match[1]!))]
  const names = reader.keyword('as') ? reader.list(() => readField(reader)) : groups
  const count = new RegExp(`${expression.source}|`).exec('')!.length - 1
  if (names.length === 0 || names.length > count || (glob !== undefined && names.length !== count)) {
    throw reader.fault('parse needs a name for each value that it finds', start)
  }
  return { kind: 'make', isParse: true, columns: names, make: record => {
    const value = record.get(source)
    const found = typeof value === 'string' ? expression.exec(value) : value === undefined || value === null ? null : expression.exec(String(value))
    if (!found) return
    names.forEach((name, at) => {
      const part = groups.length > 0 ? found.groups?.[name] ?? found[at + 1] : found[at + 1]
      if (part !== undefined) record.made.set(name, part)
    })
  } }
}

/** Each `*` of a glob is a value, as short as what follows it allows; the last one, at the end, is all that is left. */
function globExpression(glob: string): RegExp {
  const parts = glob.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(parts.reduce((all, part, at) => `${all}${at === parts.length - 1 && part === '' ? '([\\s\\S]*)' : '([\\s\\S]*?)'}${part}`))
}
