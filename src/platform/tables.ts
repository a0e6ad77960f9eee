import type { Key, Range, Store, Transaction } from '../contracts/store.ts'
import { type BlobTable, type BlobWatch, renameBlobs } from './blob-references.ts'
import { encodeKey, type KeyPart } from './key-encoding.ts'
import { decodeShared, decodeValue, encodeValue } from './value-encoding.ts'

export type { KeyPart }
export type { Key, Transaction }

/** Whose rows a table holds apart: one region's of an account, one account's, or the whole cloud's (names of buckets). */
export type TableScope = 'region' | 'account' | 'cloud'

export interface TableDefinition<Row, KeyParts extends readonly KeyPart[]> {
  name: string
  key: (row: Row) => KeyParts
  /** Default: `region`. */
  scope?: TableScope
  /** The blobs that a row names, in hex: they are kept as long as a row names them. What no row names is swept away. */
  blobs?: (row: Row) => readonly string[]
}

/** A typed view on the store, its keys ordered by their parts. */
export interface Table<Row, KeyParts extends readonly KeyPart[] = readonly KeyPart[]> {
  get(...key: KeyParts): Promise<Row | undefined>
  /** The row as all its readers share it: frozen, and decoded once for as long as the store has it at hand. For rows that every request reads. */
  shared(...key: KeyParts): Promise<Readonly<Row> | undefined>
  put(row: Row): Promise<void>
  /** Deletes the row; one that is not there is no error. */
  delete(...key: KeyParts): Promise<void>
  /** Rows whose key begins with the parts, in key order. */
  list(options?: ListOptions): Promise<Row[]>
  /** The rows that `list` would return, read in pages. They belong to one state only inside a transaction. */
  each(options?: ListOptions): AsyncIterable<Row>
}

/** All bounds are whole keys (or leading parts of them, prefix included) in key order, also where `reverse` reads against it. */
export interface ListOptions {
  /** Leading parts that every row's key has. */
  prefix?: readonly KeyPart[]
  /** Begin after this key (after all rows that have it, where it is leading parts), or at it. */
  after?: readonly KeyPart[]
  from?: readonly KeyPart[]
  /** End before this key. */
  before?: readonly KeyPart[]
  limit?: number
  /** The last rows first. */
  reverse?: boolean
}

/** `const queues = table<QueueRow>()({ name: 'queues', key: row => [row.name] })`: the key's parts are typed by `key`. */
export function table<Row>() {
  return <const KeyParts extends readonly KeyPart[]>(definition: TableDefinition<Row, KeyParts>): TableDefinition<Row, KeyParts> => definition
}

export type TableDefinitions = Record<string, TableDefinition<any, any>>

export type Tables<Definitions> = {
  [K in keyof Definitions]: Definitions[K] extends TableDefinition<infer Row, infer KeyParts> ? Table<Row, KeyParts> : never
}

/** The names of those of a service's tables whose rows name blobs. */
export const blobTableNames = (definitions: TableDefinitions): string[] => Object.values(definitions).filter(({ blobs }) => blobs).map(({ name }) => name)

/** A table whose rows name blobs, of a service that is loaded only where there are such rows. */
export const blobTable = (service: string, name: string, load: () => Promise<TableDefinitions>): BlobTable => ({
  name: `${service}.${name}`, prefix: tableKey(service, name),
  blobsOf: async value => Object.values(await load()).find(table => table.name === name)!.blobs!(decodeValue(value)),
})

/** Where table calls go: the running transaction, or the store, which makes each call a transaction of its own. */
export type TableAccess = Transaction | Pick<Store, 'transact'>

type Binder = (access: TableAccess, place: { account: string, region: string }, watch?: BlobWatch) => any
const binders = new WeakMap<TableDefinitions, Map<string, Binder>>()

/** The service's tables, over a transaction or the store, in one account and region. Cheap: a table is made when it is first used. */
export function bindTables<Definitions extends TableDefinitions>(
  service: string, definitions: Definitions, access: TableAccess, place: { account: string, region: string }, watch?: BlobWatch,
): Tables<Definitions> {
  let byService = binders.get(definitions)
  if (!byService) binders.set(definitions, byService = new Map())
  let binder = byService.get(service)
  if (!binder) byService.set(service, binder = makeBinder(service, definitions))
  return binder(access, place, watch)
}

function makeBinder(service: string, definitions: TableDefinitions): Binder {
  const names = new Set<string>()
  for (const { name } of Object.values(definitions)) {
    if (names.has(name)) throw new Error(`Two tables of ${service} are named ${name}.`)
    names.add(name)
  }
  class Bound {
    readonly access: TableAccess
    readonly place: { account: string, region: string }
    readonly watch: BlobWatch | undefined
    constructor(access: TableAccess, place: { account: string, region: string }, watch: BlobWatch | undefined) {
      this.access = access
      this.place = place
      this.watch = watch
    }
  }
  for (const [property, definition] of Object.entries(definitions)) {
    Object.defineProperty(Bound.prototype, property, {
      get(this: Bound) {
        const bound = new BoundTable(definition, keyPrefix(service, definition, this.place), this.access, this.watch)
        Object.defineProperty(this, property, { value: bound, enumerable: true })
        return bound
      },
    })
  }
  return (access, place, watch) => new Bound(access, place, watch)
}

function keyPrefix(service: string, { name, scope = 'region' }: TableDefinition<any, any>, { account, region }: { account: string, region: string }): Key {
  const table = tableKey(service, name)
  if (scope === 'cloud') return table
  return table + encodeKey(scope === 'account' ? [account] : [account, region])
}

/** What the keys of all rows of a table begin with, whatever account and region they are of. */
const tableKey = (service: string, name: string): Key => encodeKey([`${service}.${name}`])

const pageRows = 200

class BoundTable<Row> implements Table<Row> {
  readonly #definition: TableDefinition<Row, readonly KeyPart[]>
  readonly #prefix: Key
  readonly #access: TableAccess
  readonly #watch: BlobWatch | undefined

  constructor(definition: TableDefinition<Row, readonly KeyPart[]>, prefix: Key, access: TableAccess, watch: BlobWatch | undefined) {
    this.#definition = definition
    this.#prefix = prefix
    this.#access = access
    this.#watch = watch
  }

  async get(...key: readonly KeyPart[]): Promise<Row | undefined> {
    const encoded = this.#prefix + encodeKey(key)
    const value = await this.#run(tx => tx.get(encoded))
    return value && decodeValue(value) as Row
  }

  async shared(...key: readonly KeyPart[]): Promise<Readonly<Row> | undefined> {
    const encoded = this.#prefix + encodeKey(key)
    const value = await this.#run(tx => tx.get(encoded))
    return value && decodeShared(value) as Row
  }

  async put(row: Row): Promise<void> {
    const key = this.#prefix + encodeKey(this.#definition.key(row))
    const value = encodeValue(row)
    const named = this.#definition.blobs?.(row)
    if (!named && !('transact' in this.#access)) return this.#access.put(key, value)
    await this.#run(async tx => {
      if (named) await this.#rename(tx, key, named)
      tx.put(key, value)
    })
  }

  async delete(...key: readonly KeyPart[]): Promise<void> {
    const encoded = this.#prefix + encodeKey(key)
    if (!this.#definition.blobs && !('transact' in this.#access)) return this.#access.delete(encoded)
    await this.#run(async tx => {
      if (this.#definition.blobs) await this.#rename(tx, encoded, [])
      tx.delete(encoded)
    })
  }

  async list(options: ListOptions = {}): Promise<Row[]> {
    const range = this.#range(options)
    const entries = await this.#run(tx => tx.range(range))
    return entries.map(([, value]) => decodeValue(value) as Row)
  }

  async * each(options: ListOptions = {}): AsyncIterable<Row> {
    const range = this.#range(options)
    let left = range.limit ?? Infinity
    while (left > 0) {
      const limit = Math.min(left, pageRows)
      const entries = await this.#run(tx => tx.range({ ...range, limit }))
      for (const [, value] of entries) yield decodeValue(value) as Row
      if (entries.length < limit) return
      const last = entries.at(-1)![0]
      if (range.reverse) range.end = last
      else range.start = last + '\0'
      left -= entries.length
    }
  }

  #range({ prefix = [], after, from, before, limit, reverse = false }: ListOptions): Range {
    if (limit !== undefined && !(limit >= 0)) throw new RangeError(`The limit of a list must be 0 or more, not ${limit}.`)
    const leading = this.#prefix + encodeKey(prefix)
    let start = leading
    let end = leading + '\xff'
    if (after) start = later(start, this.#prefix + encodeKey(after) + '\xff')
    if (from) start = later(start, this.#prefix + encodeKey(from))
    if (before) {
      const bound = this.#prefix + encodeKey(before)
      if (bound < end) end = bound
    }
    return limit === undefined ? { start, end, reverse } : { start, end, reverse, limit }
  }

  /** Moves the references of a row from the blobs that it names to those that it is about to name. */
  async #rename(tx: Transaction, key: Key, named: readonly string[]): Promise<void> {
    const before = await tx.get(key)
    renameBlobs(tx, key, before ? this.#definition.blobs!(decodeValue(before) as Row) : [], named, this.#watch)
  }

  #run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const access = this.#access
    return 'transact' in access ? access.transact(work) : work(access)
  }
}

function later(a: Key, b: Key): Key {
  return a > b ? a : b
}

/** Whether a table has a row, in any account and region: what tells at the start that a service has work, before it is loaded. */
export async function tableHasRows(store: Pick<Store, 'transact'>, service: string, name: string): Promise<boolean> {
  const start = encodeKey([`${service}.${name}`])
  return (await store.transact(tx => tx.range({ start, end: start + '\xff', limit: 1 }))).length > 0
}
