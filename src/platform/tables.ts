import type { Key, Transaction } from '../contracts/store.ts'
export interface TableDefinition<Row, KeyParts extends readonly KeyPart[]> { name: string, key: (row: Row) => KeyParts, global?: boolean }
export type KeyPart = string | number | bigint | Uint8Array | boolean
/** A typed view on the store, its keys ordered by their parts. */
export interface Table<Row, KeyParts extends readonly KeyPart[] = readonly KeyPart[]> {
  get(...key: KeyParts): Promise<Row | undefined>
  put(row: Row): Promise<void>
  delete(...key: KeyParts): Promise<void>
  /** Rows whose key begins with the parts, in key order. */
  list(options?: ListOptions): Promise<Row[]>
}
export interface ListOptions {
  /** Leading parts that every row's key has. */
  prefix?: readonly KeyPart[]
  /** Begin after this key (parts), or at it. */
  after?: readonly KeyPart[]
  from?: readonly KeyPart[]
  /** End before this key. */
  before?: readonly KeyPart[]
  limit?: number
  reverse?: boolean
}
export type { Key, Transaction }
