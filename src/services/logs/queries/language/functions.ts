import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { compareValues, numberOf, textOf, type Value } from './values.ts'

type Scalar = { least: number, most: number, call: (...args: Value[]) => Value }

const text = (value: Value) => textOf(value) ?? ''
const numeric = (least: number, most: number, work: (...numbers: number[]) => number): Scalar => ({ least, most, call: (...args) => {
  const numbers = args.map(numberOf)
  if (numbers.some(number => number === undefined)) return undefined
  const result = work(...numbers as number[])
  return Number.isNaN(result) ? undefined : result
} })
const onText = (least: number, most: number, work: (first: string, ...others: string[]) => Value): Scalar =>
  ({ least, most, call: (first, ...others) => first === undefined || first === null ? undefined : work(text(first), ...others.map(text)) })
const test = (work: (value: Value) => boolean): Scalar => ({ least: 1, most: 1, call: value => work(value) })

const trimLeft = (value: string, part?: string): string => {
  if (!part) return value.trimStart()
  while (value.startsWith(part)) value = value.slice(part.length)
  return value
}
const trimRight = (value: string, part?: string): string => {
  if (!part) return value.trimEnd()
  while (value.endsWith(part)) value = value.slice(0, -part.length)
  return value
}

function inSubnet(address: Value, subnet: Value, family?: 4 | 6): boolean {
  const [network = '', prefix = ''] = text(subnet).split('/')
  const version = isIP(network)
  if (version === 0 || isIP(text(address)) !== version || (family !== undefined && family !== version)) return false
  if (!/^\d+$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) return false
  const block = new BlockList()
  block.addSubnet(network, Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
  return block.check(text(address), version === 4 ? 'ipv4' : 'ipv6')
}

function parsed(value: string): Value {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

const time = (value: Value): Date | undefined => numberOf(value) === undefined ? undefined : new Date(numberOf(value)!)
const extreme = (sign: number): Scalar['call'] => (...args) =>
  args.filter(arg => arg !== undefined && arg !== null).sort((a, b) => sign * compareValues(a, b))[0]

/** The functions of the query language, by their names in lower case. */
export const functions: Record<string, Scalar> = {
  abs: numeric(1, 1, Math.abs), ceil: numeric(1, 1, Math.ceil), floor: numeric(1, 1, Math.floor), log: numeric(1, 1, Math.log), sqrt: numeric(1, 1, Math.sqrt),
  greatest: { least: 1, most: Infinity, call: extreme(-1) }, least: { least: 1, most: Infinity, call: extreme(1) },
  ispresent: test(value => value !== undefined && value !== null),
  isempty: test(value => text(value) === ''), isblank: test(value => text(value).trim() === ''),
  coalesce: { least: 1, most: Infinity, call: (...args) => args.find(arg => arg !== undefined && arg !== null) },
  if: { least: 3, most: 3, call: (condition, yes, no) => condition === true || (typeof condition === 'number' && condition !== 0) ? yes : no },
  concat: { least: 1, most: Infinity, call: (...args) => args.map(text).join('') },
  ltrim: onText(1, 2, trimLeft), rtrim: onText(1, 2, trimRight), trim: onText(1, 2, (value, part) => trimRight(trimLeft(value, part), part)),
  strlen: onText(1, 1, value => [...value].length), toupper: onText(1, 1, value => value.toUpperCase()), tolower: onText(1, 1, value => value.toLowerCase()),
  substr: onText(2, 3, (value, from, length) => value.slice(Number(from), length === undefined ? undefined : Number(from) + Number(length))),
  replace: onText(3, 3, (value, what = '', by = '') => what === '' ? value : value.replaceAll(what, () => by)),
  strcontains: onText(2, 2, (value, part = '') => value.includes(part) ? 1 : 0),
  tomillis: numeric(1, 1, value => value), frommillis: { least: 1, most: 1, call: time },
  isvalidip: test(value => isIP(text(value)) !== 0), isvalidipv4: test(value => isIPv4(text(value))), isvalidipv6: test(value => isIPv6(text(value))),
  isipinsubnet: { least: 2, most: 2, call: (address, subnet) => inSubnet(address, subnet) },
  isipv4insubnet: { least: 2, most: 2, call: (address, subnet) => inSubnet(address, subnet, 4) },
  isipv6insubnet: { least: 2, most: 2, call: (address, subnet) => inSubnet(address, subnet, 6) },
  jsonparse: onText(1, 1, parsed), jsonstringify: { least: 1, most: 1, call: value => value === undefined ? undefined : JSON.stringify(value) },
}

const periodMs: Record<string, number> = {
  ms: 1, millisecond: 1, s: 1000, second: 1000, sec: 1000, m: 60_000, min: 60_000, minute: 60_000, h: 3_600_000, hr: 3_600_000, hour: 3_600_000,
  d: 86_400_000, day: 86_400_000, w: 604_800_000, week: 604_800_000,
}
const periodMonths: Record<string, number> = { mo: 1, mon: 1, month: 1, q: 3, qtr: 3, quarter: 3, y: 12, yr: 12, year: 12 }
// Weeks begin on Monday; the epoch was a Thursday.
const mondayMs = 4 * 86_400_000

export interface Period { floor(at: number): number, ceil(at: number): number }

/** A period such as `5m` or `1mo`; undefined for another unit. */
export function periodOf(count: number, unit: string): Period | undefined {
  const name = unit.length > 2 && unit.endsWith('s') ? unit.slice(0, -1) : unit
  const milliseconds = periodMs[name]
  const months = periodMonths[name]
  if (count <= 0) return undefined
  if (milliseconds !== undefined) {
    const size = count * milliseconds
    const offset = name === 'w' || name === 'week' ? mondayMs : 0
    const floor = (at: number) => Math.floor((at - offset) / size) * size + offset
    return { floor, ceil: at => floor(at) === at ? at : floor(at) + size }
  }
  if (months === undefined) return undefined
  const size = count * months
  const begin = (index: number) => Date.UTC(1970, index * size, 1)
  const indexOf = (at: number) => Math.floor(((new Date(at).getUTCFullYear() - 1970) * 12 + new Date(at).getUTCMonth()) / size)
  return { floor: at => begin(indexOf(at)), ceil: at => begin(indexOf(at)) === at ? at : begin(indexOf(at) + 1) }
}
