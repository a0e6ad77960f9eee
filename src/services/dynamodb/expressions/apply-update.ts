import { ValidationException } from '../../../platform/errors.ts'
import { addNumbers } from '../values/decimal.ts'
import { elementKey, typeOf, type Item, type Value } from '../values/attribute-value.ts'
import type { Operand, Path, Update } from './ast.ts'
import { valueAt } from './evaluate.ts'

const wrongType = () => new ValidationException('An operand in the update expression has an incorrect data type')
const wrongPath = () => new ValidationException('The document path provided in the update expression is invalid for update')

/** The item after the update. Every operand is read from the item as it was; the item itself is left alone. */
export function applyUpdate(item: Item, update: Update): Item {
  const result = structuredClone(item)
  const sets = update.set.map(({ path, value }) => ({ path, value: evaluate(item, value) }))
  const adds = update.add.map(({ path, value }) => ({ path, value: added(valueAt(item, path), value) }))
  const deletes = update.delete.map(({ path, value }) => ({ path, value: without(valueAt(item, path), value) }))
  // What is set behind the end of a list is appended, so the lower indexes come first.
  for (const { path, value } of [...sets, ...adds].sort(byIndex)) write(result, path, value)
  const removed = update.remove.map(path => ({ path }))
  for (const { path, value } of deletes) {
    if (value) write(result, path, value)
    else if (valueAt(item, path)) removed.push({ path })
  }
  // Removal closes a list up: the higher indexes go first, so that each means what it meant before.
  for (const { path } of removed.sort((a, b) => -byIndex(a, b))) remove(result, path)
  return result
}

function byIndex(a: { path: Path }, b: { path: Path }): number {
  for (const [at, part] of a.path.entries()) {
    const other = b.path[at]
    if (part === other) continue
    return typeof part === 'number' && typeof other === 'number' ? part - other : 0
  }
  return 0
}

function evaluate(item: Item, operand: Operand): Value {
  if (operand.kind === 'value') return operand.value
  if (operand.kind === 'path') {
    const value = valueAt(item, operand.path)
    if (!value) throw new ValidationException('The provided expression refers to an attribute that does not exist in the item')
    return value
  }
  if (operand.kind === 'arithmetic') {
    const left = evaluate(item, operand.left)
    const right = evaluate(item, operand.right)
    if (left.N === undefined || right.N === undefined) throw wrongType()
    return { N: addNumbers(left.N, right.N, operand.operator === '-') }
  }
  const [first, second] = operand.args
  if (operand.name === 'if_not_exists') return (first?.kind === 'path' && valueAt(item, first.path)) || evaluate(item, second!)
  const left = evaluate(item, first!)
  const right = evaluate(item, second!)
  if (!left.L || !right.L) throw wrongType()
  return { L: [...left.L, ...right.L] }
}

type Element = string | Uint8Array

/** ADD: a sum, or the union of two sets. */
export function added(existing: Value | undefined, value: Value): Value {
  if (!existing) return value
  const type = typeOf(value)
  if (typeOf(existing) !== type) throw wrongType()
  if (type === 'N') return { N: addNumbers(existing.N!, value.N!) }
  const present = (existing as any)[type] as Element[]
  const keys = new Set(present.map(elementKey))
  return { [type]: [...present, ...((value as any)[type] as Element[]).filter(element => !keys.has(elementKey(element)))] } as any
}

/** DELETE: what is left of a set; undefined where that is nothing. */
export function without(existing: Value | undefined, value: Value): Value | undefined {
  if (!existing) return undefined
  const type = typeOf(value)
  if (typeOf(existing) !== type) throw wrongType()
  const keys = new Set(((value as any)[type] as Element[]).map(elementKey))
  const left = ((existing as any)[type] as Element[]).filter(element => !keys.has(elementKey(element)))
  return left.length > 0 ? { [type]: left } as any : undefined
}

/** The map or list that holds the last part of the path. */
function parentOf(item: Item, path: Path): Value {
  if (path.length === 1) return { M: item }
  const parent = valueAt(item, path.slice(0, -1) as Path)
  if (!parent || (typeof path.at(-1) === 'number' ? !parent.L : !parent.M)) throw wrongPath()
  return parent
}

function write(item: Item, path: Path, value: Value): void {
  const parent = parentOf(item, path)
  const last = path.at(-1)!
  // One value may be written in two places; neither may change with the other.
  const copy = structuredClone(value)
  if (typeof last === 'string') parent.M![last] = copy
  else if (last < parent.L!.length) parent.L![last] = copy
  else parent.L!.push(copy)
}

function remove(item: Item, path: Path): void {
  const parent = parentOf(item, path)
  const last = path.at(-1)!
  if (typeof last === 'string') delete parent.M![last]
  else if (last < parent.L!.length) parent.L!.splice(last, 1)
}
