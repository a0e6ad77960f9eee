import type { Value } from '../values/attribute-value.ts'

/** Names of attributes and indexes of lists, from the item down. */
export type Path = [string, ...(string | number)[]]

export type Operand =
  | { kind: 'path', path: Path }
  | { kind: 'value', name: string, value: Value }
  | { kind: 'call', name: string, args: Operand[] }
  | { kind: 'arithmetic', operator: '+' | '-', left: Operand, right: Operand }

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Condition =
  | { kind: 'and' | 'or', left: Condition, right: Condition }
  | { kind: 'not', operand: Condition }
  | { kind: 'compare', operator: Comparator, left: Operand, right: Operand }
  | { kind: 'between', operand: Operand, low: Operand, high: Operand }
  | { kind: 'in', operand: Operand, list: Operand[] }
  | { kind: 'test', name: string, args: Operand[] }

export interface Update {
  set: { path: Path, value: Operand }[]
  remove: Path[]
  add: { path: Path, value: Value }[]
  delete: { path: Path, value: Value }[]
}

/** `[a, b, [0]]`, as AWS writes a path into a message. */
export const describePath = (path: Path): string => `[${path.map(part => typeof part === 'number' ? `[${part}]` : part).join(', ')}]`
