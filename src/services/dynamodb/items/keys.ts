import { hash } from 'node:crypto'
import { ValidationException } from '../../../platform/errors.ts'
import { hashKeyBytesMax, rangeKeyBytesMax, type IndexRow, type Keys, type KeyText, type TableRow } from '../state.ts'
import { sortableNumber } from '../values/decimal.ts'
import { normalizeValue, typeOf, type Item, type Value } from '../values/attribute-value.ts'

/** Where an item lies in its table. */
export interface ItemKey { h: number, p: KeyText, s: KeyText }

const invalid = (message: string) => new ValidationException(`One or more parameter values were invalid: ${message}`)

/** A key attribute's value as it is ordered. */
export function keyText(value: Value): KeyText {
  if (value.N !== undefined) return sortableNumber(value.N)
  return value.S !== undefined ? Buffer.from(value.S) : value.B!
}

/** The hash of a partition key: scans read in its order, and a segment is a range of it. */
export const hashOf = (p: KeyText): number => hash('md5', p, 'buffer').readUInt32BE(0)

function positionOf(item: Item, keys: Keys): ItemKey {
  const p = keyText(item[keys.hash]!)
  return { h: hashOf(p), p, s: keys.range === undefined ? '' : keyText(item[keys.range]!) }
}

/** The key of an item to be put: its attributes must be there, of their types, within bounds. */
export function keyOfItem(table: TableRow, item: Item): ItemKey {
  for (const name of namesOf(table)) {
    const value = Object.hasOwn(item, name) ? item[name]! : undefined
    if (!value) throw invalid(`Missing the key ${name} in the item`)
    if (typeOf(value) !== table.attributes[name]) throw invalid(`Type mismatch for key ${name} expected: ${table.attributes[name]} actual: ${typeOf(value)}`)
  }
  checkBounds(item, table)
  return positionOf(item, table)
}

const mismatch = () => new ValidationException('The provided key element does not match the schema')

/** The key that a caller names an item by: exactly the table's key attributes. The normalized key is returned as well. */
export function keyOfInput(table: TableRow, key: Item | undefined): { key: ItemKey, attributes: Item } {
  const names = namesOf(table)
  const given = Object.keys(key ?? {})
  const attributes: Item = {}
  for (const name of given) attributes[name] = normalizeValue(key![name]!)
  if (given.length !== names.length) throw mismatch()
  for (const name of names) {
    const value = Object.hasOwn(attributes, name) ? attributes[name]! : undefined
    if (!value || typeOf(value) !== table.attributes[name]) throw mismatch()
  }
  checkBounds(attributes, table)
  return { key: positionOf(attributes, table), attributes }
}

export const namesOf = ({ hash, range }: Keys): string[] => range === undefined ? [hash] : [hash, range]

export const sizeOfKeyValue = (value: Value): number => value.S !== undefined ? Buffer.byteLength(value.S) : value.B?.byteLength ?? 0

function checkBounds(item: Item, keys: Keys): void {
  for (const name of namesOf(keys)) {
    const value = item[name]!
    if (value.N !== undefined) continue
    const sizeBytes = sizeOfKeyValue(value)
    if (sizeBytes === 0) {
      const rule = `The AttributeValue for a key attribute cannot contain an empty ${value.S !== undefined ? 'string' : 'binary'} value.`
      throw new ValidationException(`One or more parameter values are not valid. ${rule} Key: ${name}`)
    }
    if (name === keys.hash && sizeBytes > hashKeyBytesMax) throw invalid(`Size of hashkey has exceeded the maximum size limit of${hashKeyBytesMax} bytes`)
    if (name === keys.range && sizeBytes > rangeKeyBytesMax) {
      throw invalid(`Aggregated size of all range keys has exceeded the size limit of ${rangeKeyBytesMax} bytes`)
    }
  }
}

/**
 * Where an item lies in an index; undefined where it lacks one of the index's keys. An item that was there before the index may
 * have an attribute of another type: it stays out of the index, too.
 */
export function positionInIndex(table: TableRow, index: Keys, item: Item): ItemKey | undefined {
  const fits = namesOf(index).every(name => Object.hasOwn(item, name) && typeOf(item[name]!) === table.attributes[name] &&
    (item[name]!.N !== undefined || sizeOfKeyValue(item[name]!) > 0))
  return fits ? positionOf(item, index) : undefined
}

/** An item whose index keys are of wrong types, empty or too long is refused whole. */
export function checkIndexKeys(table: TableRow, item: Item, changes: 'put' | 'update'): void {
  for (const index of table.indexes) {
    for (const name of namesOf(index)) if (Object.hasOwn(item, name)) checkIndexKey(table, index, name, item[name]!, changes)
  }
}

function checkIndexKey(table: TableRow, index: IndexRow, name: string, value: Value, changes: 'put' | 'update'): void {
  const expected = table.attributes[name]
  if (typeOf(value) !== expected) {
    if (changes === 'update') throw new ValidationException('The update expression attempted to update the secondary index key to unsupported type')
    throw invalid(`Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`)
  }
  if (value.N !== undefined) return
  const sizeBytes = sizeOfKeyValue(value)
  if (sizeBytes === 0) {
    const where = `IndexName: ${index.name}, IndexKey: ${name}`
    const rule = `The AttributeValue for a key attribute cannot contain an empty ${value.S !== undefined ? 'string' : 'binary'} value.`
    throw new ValidationException(changes === 'update'
      ? `The update expression attempted to update the secondary index key to a value that is not supported. ${rule}`
      : `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ${rule} ${where}`)
  }
  const max = name === index.hash ? hashKeyBytesMax : rangeKeyBytesMax
  if (sizeBytes > max) {
    throw invalid(
      name === index.hash
        ? `Size of hashkey has exceeded the maximum size limit of${max} bytes`
        : `Aggregated size of all range keys has exceeded the size limit of ${max} bytes`
    )
  }
}

/** The key attributes of an item. */
export function keyAttributes(keys: Keys, item: Item): Item {
  return Object.fromEntries(namesOf(keys).map(name => [name, item[name]!]))
}

