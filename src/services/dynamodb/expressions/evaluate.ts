import { compareValues, elementKey, equalValues, latin1, typeOf, type Item, type Value } from '../values/attribute-value.ts'
import type { Comparator, Condition, Operand, Path } from './ast.ts'

/** What lies at the path; undefined where nothing does. */
export function valueAt(item: Item, path: Path): Value | undefined {
  let value: Value | undefined = own(item, path[0])
  for (let at = 1; at < path.length && value; at++) {
    const part = path[at]!
    value = typeof part === 'number' ? value.L?.[part] : value.M && own(value.M, part)
  }
  return value
}

const own = (map: Item, name: string): Value | undefined => Object.hasOwn(map, name) ? map[name] : undefined

/** Whether the item (an empty one where there is none) meets the condition. A comparison with what is missing or of another type is false. */
export function meets(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and': return meets(item, condition.left) && meets(item, condition.right)
    case 'or': return meets(item, condition.left) || meets(item, condition.right)
    case 'not': return !meets(item, condition.operand)
    case 'compare': return compare(condition.operator, valueOf(item, condition.left), valueOf(item, condition.right))
    case 'between': {
      const value = valueOf(item, condition.operand)
      return compare('>=', value, valueOf(item, condition.low)) && compare('<=', value, valueOf(item, condition.high))
    }
    case 'in': {
      const value = valueOf(item, condition.operand)
      return condition.list.some(each => compare('=', value, valueOf(item, each)))
    }
    case 'test': return test(item, condition.name, condition.args)
  }
}

function valueOf(item: Item, operand: Operand): Value | undefined {
  if (operand.kind === 'path') return valueAt(item, operand.path)
  if (operand.kind === 'value') return operand.value
  if (operand.kind === 'arithmetic') return undefined
  const value = operand.args[0] && valueOf(item, operand.args[0])
  return value && sizeOf(value)
}

function sizeOf(value: Value): Value | undefined {
  const held = value as any
  switch (typeOf(value)) {
    case 'S': return { N: String(held.S.length) }
    case 'B': return { N: String(held.B.byteLength) }
    case 'SS': case 'NS': case 'BS': case 'L': return { N: String(held[typeOf(value)].length) }
    case 'M': return { N: String(Object.keys(held.M).length) }
  }
  return undefined
}

export function compare(operator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (!left || !right) return operator === '<>' && left !== right
  if (operator === '=') return equalValues(left, right)
  if (operator === '<>') return !equalValues(left, right)
  const order = compareValues(left, right)
  if (order === undefined) return false
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

function test(item: Item, name: string, [first, second]: Operand[]): boolean {
  const value = first && valueOf(item, first)
  if (name === 'attribute_exists') return value !== undefined
  if (name === 'attribute_not_exists') return value === undefined
  const other = second && valueOf(item, second)
  if (!value || !other) return false
  if (name === 'attribute_type') return typeOf(value) === other.S
  return name === 'begins_with' ? beginsWith(value, other) : contains(value, other)
}

export function beginsWith(value: Value, prefix: Value): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S)
  return value.B !== undefined && prefix.B !== undefined && latin1(value.B).startsWith(latin1(prefix.B))
}

/** A part of a string or of bytes, or an element of a set or list. */
export function contains(value: Value, part: Value): boolean {
  const held = value as any
  const type = typeOf(value)
  if (type === 'S') return part.S !== undefined && held.S.includes(part.S)
  if (type === 'B') return part.B !== undefined && latin1(held.B).includes(latin1(part.B))
  if (type === 'L') return held.L.some((element: Value) => equalValues(element, part))
  const element = type === 'SS' ? part.S : type === 'NS' ? part.N : type === 'BS' ? part.B : undefined
  return element !== undefined && held[type].some((each: string | Uint8Array) => elementKey(each) === elementKey(element))
}
