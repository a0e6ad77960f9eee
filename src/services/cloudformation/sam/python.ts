// The translator's hashes are taken over Python's own text of a document, in the order of a Python 2.7 dictionary. To get the same
// logical ids, an object here may carry a hidden table with the slots of such a dictionary, and marks which of its strings are "unicode".

import { floatTexts } from '../template/parse.ts'

/** Any JSON-like value of a template. */
export type Value = any
export type Dict = Record<string, Value>

const dummy = Symbol('deleted slot')
interface KeyTable { slots: Map<number, string | typeof dummy>, size: number, fill: number, mask: number }
interface Marks { table: KeyTable | undefined, unicode: boolean, otherKeys: Set<string>, otherValues: Set<string> }

const marksOf = new WeakMap<object, Marks>()
const floatsOf = new WeakMap<object, Map<string, string>>()
const hashes = new Map<string, bigint>()
const hashesMax = 20_000
const word = 0xffffffffffffffffn

function hash27(text: string): bigint {
  const known = hashes.get(text)
  if (known !== undefined) return known
  const characters = [...text]
  let hash = characters.length === 0 ? 0n : BigInt(characters[0]!.codePointAt(0)!) << 7n
  for (const character of characters) hash = ((1000003n * hash) & word) ^ BigInt(character.codePointAt(0)!)
  hash = (hash ^ BigInt(characters.length)) & word
  if (hashes.size >= hashesMax) hashes.clear()
  hashes.set(text, hash)
  return hash
}

function keepFloats(copy: object, from: object): void {
  const texts = floatsOf.get(from) ?? floatTexts(from)
  if (texts) floatsOf.set(copy, new Map(texts))
}

/** The member's text as Python would write it, where it is a number. */
const numberText = (container: object, key: string, value: number): string => floatsOf.get(container)?.get(key) ?? String(value)

/** Python's str() of a dictionary's member. */
export const memberText = (dict: Dict, key: string): string => typeof dict[key] === 'number' ? numberText(dict, key, dict[key]) : pyStr(dict[key])

const newTable = (): KeyTable => ({ slots: new Map(), size: 0, fill: 0, mask: 7 })

function slotOf(table: KeyTable, key: string): number {
  const hash = hash27(key)
  let slot = Number(hash & BigInt(table.mask))
  const first = table.slots.get(slot)
  if (first === undefined || first === key) return slot
  let free = first === dummy ? slot : undefined
  let walker = BigInt(slot)
  let perturb = hash
  while (table.slots.has(slot) && table.slots.get(slot) !== key) {
    walker = ((walker << 2n) + walker + perturb + 1n) & word
    slot = Number(walker & BigInt(table.mask))
    const found = table.slots.get(slot)
    if (found === undefined) return free ?? slot
    if (found === key) return slot
    if (free === undefined && found === dummy) free = slot
    perturb >>= 5n
  }
  return slot
}

const orderedSlots = (table: KeyTable) => [...table.slots.entries()].sort((a, b) => a[0] - b[0]).map(entry => entry[1])
const tableKeys = (table: KeyTable): string[] => orderedSlots(table).filter(key => typeof key === 'string')

function resize(table: KeyTable, request: number): void {
  let size = 8
  while (size <= request) size *= 2
  const keys = tableKeys(table)
  Object.assign(table, { slots: new Map(), size: 0, fill: 0, mask: size - 1 })
  for (const key of keys) addKey(table, key)
}

function addKey(table: KeyTable, key: string): void {
  const before = table.size
  const slot = slotOf(table, key)
  const found = table.slots.get(slot)
  if (found === undefined) { table.size++; table.fill++ } else if (found === dummy) table.size++
  table.slots.set(slot, key)
  if (table.size > before && table.fill * 3 >= (table.mask + 1) * 2) resize(table, table.size * (table.size > 50_000 ? 2 : 4))
}

function removeKey(table: KeyTable, key: string): void {
  const slot = slotOf(table, key)
  if (typeof table.slots.get(slot) === 'string') { table.slots.set(slot, dummy); table.size-- }
}

function mergeKeys(table: KeyTable, keys: string[]): void {
  if (keys.length === 0) return
  if ((table.fill + keys.length) * 3 >= (table.mask + 1) * 2) resize(table, (table.size + keys.length) * 2)
  for (const key of keys) addKey(table, key)
}

/** A dictionary in Python 2.7's order, made by the transform: its texts are plain unless put otherwise. */
export function pyDict(entries: Dict = {}): Dict {
  const dict: Dict = {}
  marksOf.set(dict, { table: newTable(), unicode: false, otherKeys: new Set(), otherValues: new Set() })
  for (const [key, value] of Object.entries(entries)) put(dict, key, value)
  return dict
}

export const isDict = (value: unknown): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether the dictionary keeps Python 2.7's order: it came from a template with an API, or was made for one. */
export const isOrdered = (dict: object): boolean => marksOf.get(dict)?.table !== undefined

/** Sets a member, keeping the hidden order. `unicode` says which of key and value, where they are text, came from the template. */
export function put(dict: Dict, key: string, value: Value, unicode: '' | 'k' | 'v' | 'kv' = ''): void {
  const marks = marksOf.get(dict)
  const isNew = !Object.hasOwn(dict, key)
  floatsOf.get(dict)?.delete(key)
  dict[key] = value
  if (!marks) {
    if (unicode !== '') {
      marksOf.set(dict, {
        table: undefined, unicode: false, otherKeys: new Set(unicode.includes('k') ? [key] : []), otherValues: new Set(unicode.includes('v') ? [key] : [])
      })
    }
    return
  }
  if (marks.table) addKey(marks.table, key)
  if (isNew) mark(marks.otherKeys, key, unicode.includes('k') !== marks.unicode)
  mark(marks.otherValues, key, unicode.includes('v') !== marks.unicode)
}

function mark(set: Set<string>, key: string, present: boolean): void {
  if (present) set.add(key)
  else set.delete(key)
}

export function drop(dict: Dict, key: string): void {
  if (!Object.hasOwn(dict, key)) return
  delete dict[key]
  const table = marksOf.get(dict)?.table
  if (table) removeKey(table, key)
}

/** Puts a member where it is missing and returns what is there. */
export function putDefault(dict: Dict, key: string, value: Value, unicode: '' | 'k' | 'v' | 'kv' = ''): Value {
  if (!Object.hasOwn(dict, key)) put(dict, key, value, unicode)
  return dict[key]
}

/** A copy of one level. */
export function shallowCopy(dict: Dict): Dict {
  const marks = marksOf.get(dict)
  const copy: Dict = { ...dict }
  keepFloats(copy, dict)
  if (!marks) return copy
  const table = marks.table ? newTable() : undefined
  if (table) mergeKeys(table, keysOf(dict))
  marksOf.set(copy, { table, unicode: marks.unicode, otherKeys: new Set(marks.otherKeys), otherValues: new Set(marks.otherValues) })
  return copy
}

/** Keys in the order in which the translator meets them. */
export function keysOf(dict: Dict): string[] {
  const table = marksOf.get(dict)?.table
  return table ? tableKeys(table).filter(key => Object.hasOwn(dict, key)) : Object.keys(dict)
}

export const entriesOf = (dict: Dict): [string, Value][] => keysOf(dict).map(key => [key, dict[key]])

/** A deep copy; the hidden order is built anew from the present one, as the translator's copies are. */
export function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const marks = marksOf.get(value)
  let copy: Value
  if (Array.isArray(value)) copy = value.map(item => deepCopy(item))
  else {
    copy = {}
    for (const key of Object.keys(value)) copy[key] = deepCopy((value as Dict)[key])
  }
  keepFloats(copy, value)
  if (marks) {
    const table = marks.table ? newTable() : undefined
    if (table) for (const key of tableKeys(marks.table!)) addKey(table, key)
    marksOf.set(copy, { table, unicode: marks.unicode, otherKeys: new Set(marks.otherKeys), otherValues: new Set(marks.otherValues) })
  }
  return copy
}

/** A value of the template, as the translator takes it where an API is concerned: ordered, its texts unicode. */
export function fromTemplate(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = value.map(item => fromTemplate(item))
    keepFloats(list, value)
    marksOf.set(list, { table: undefined, unicode: true, otherKeys: new Set(), otherValues: new Set() })
    return list
  }
  const dict: Dict = {}
  marksOf.set(dict, { table: newTable(), unicode: true, otherKeys: new Set(), otherValues: new Set() })
  for (const [key, item] of Object.entries(value)) put(dict, key, fromTemplate(item), 'kv')
  keepFloats(dict, value)
  return dict
}

/** The members as an ordered dictionary, the values as they are. */
export function orderedByTemplateKeys(value: Dict): Dict {
  const dict = pyDict()
  for (const [key, item] of Object.entries(value)) put(dict, key, item, 'k')
  return dict
}

export const textsFromTemplate = (list: Value[]): Value[] => {
  marksOf.set(list, { table: undefined, unicode: true, otherKeys: new Set(), otherValues: new Set() })
  return list
}

const isUnicode = (marks: Marks | undefined, set: 'otherKeys' | 'otherValues', key: string): boolean =>
  marks !== undefined && marks.unicode !== marks[set].has(key)

export const truthy = (value: unknown): boolean => value !== undefined && value !== null && value !== false && value !== 0 && value !== ''
  && !(typeof value === 'object' && (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0))

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function escaped(code: number): string {
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`
  return code > 255 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}

function textOf(text: string, unicode: boolean): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let result = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (character === quote) result += `\\${character}`
    else if (named[character] !== undefined) result += named[character]
    else if (code < 32 || code === 127) result += `\\x${code.toString(16).padStart(2, '0')}`
    else if (unicode && code > 126) result += escaped(code)
    else result += character
  }
  return `${unicode ? 'u' : ''}${quote}${result}${quote}`
}

/** Python's repr() of the value; the texts of the template are marked as such where asked. */
export function pyRepr(value: Value, unicode = false, marked = true): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return textOf(value, unicode)
  if (typeof value !== 'object') return String(value)
  const marks = marksOf.get(value)
  const member = (key: string, item: Value): string =>
    typeof item === 'number' ? numberText(value, key, item) : pyRepr(item, marked && isUnicode(marks, 'otherValues', key), marked)
  if (Array.isArray(value)) return `[${value.map((item, index) => member(String(index), item)).join(', ')}]`
  return `{${keysOf(value).map(key => `${textOf(key, marked && isUnicode(marks, 'otherKeys', key))}: ${member(key, value[key])}`).join(', ')}}`
}

/** Python's str() of the value, for messages. */
export const pyStr = (value: Value): string => typeof value === 'string' ? value : pyRepr(value, false, false)

export function pyTypeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return Array.isArray(value) ? 'list' : isOrdered(value) ? 'Py27Dict' : 'dict'
}

const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Python's json.dumps: sorted keys and separators as asked, everything in ASCII. */
export function pyJson(value: Value, options: { sorted?: boolean, compact?: boolean } = {}): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return asciiJson(value)
  if (typeof value !== 'object') return String(value)
  const comma = options.compact ? ',' : ', '
  const member = (key: string, item: Value): string => typeof item === 'number' ? numberText(value, key, item) : pyJson(item, options)
  if (Array.isArray(value)) return `[${value.map((item, index) => member(String(index), item)).join(comma)}]`
  const keys = options.sorted ? Object.keys(value).sort(byCodePoint) : keysOf(value)
  return `{${keys.map(key => `${asciiJson(key)}${options.compact ? ':' : ': '}${member(key, value[key])}`).join(comma)}}`
}

/** What Python's `for` gives: the items of a list, the keys of a dictionary, the characters of a text. */
export const iterated = (value: Value): Value[] => isDict(value) ? keysOf(value) : [...value]

export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Whether two values are equal as JSON, in any order of keys. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

/** Python's dict.update: sets every member of the other, as many at once as may make the hidden table grow. */
export function update(dict: Dict, other: Dict): void {
  const table = marksOf.get(dict)?.table
  if (table) mergeKeys(table, keysOf(other))
  for (const key of keysOf(other)) {
    put(dict, key, other[key], `${flagOf(other, key, 'otherKeys') ? 'k' : ''}${flagOf(other, key, 'otherValues') ? 'v' : ''}` as '')
  }
}

const flagOf = (dict: object, key: string, set: 'otherKeys' | 'otherValues'): boolean => isUnicode(marksOf.get(dict), set, key)

/** 'v' where the member's text came from the template, for putting it elsewhere. */
export const textFlag = (dict: Dict, key: string): 'v' | '' => flagOf(dict, key, 'otherValues') ? 'v' : ''

/** Copies a member from one dictionary to another with its marks. */
export function move(target: Dict, key: string, source: Dict, value: Value = source[key]): void {
  put(target, key, value, `${flagOf(source, key, 'otherKeys') ? 'k' : ''}${flagOf(source, key, 'otherValues') ? 'v' : ''}` as '')
  const text = typeof value === 'number' ? floatsOf.get(source)?.get(key) : undefined
  if (text === undefined) return
  if (!floatsOf.has(target)) floatsOf.set(target, new Map())
  floatsOf.get(target)!.set(key, text)
}
