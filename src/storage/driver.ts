import type { Entry, Key, Range } from '../contracts/store.ts'

/** The writes of one or more transactions; `undefined` deletes the key. */
export type Writes = ReadonlyMap<Key, Uint8Array | undefined>

/**
 * One ordered key space without concurrency control: that is the business of transactions.ts. Reads are synchronous and see all
 * that was applied. When `apply` or `flush` throws, the driver has taken back everything applied since the last flush.
 */
export interface Driver {
  get(key: Key): Uint8Array | undefined
  range(range: Range): Entry[]
  /** Adds the writes to the batch that is being built. */
  apply(writes: Writes): void
  /** Commits the batch; the promise resolves when it is durable. A rejection means that durability can no longer be known. */
  flush(): Promise<void>
  /** False where `apply` is all there is to it, so that nobody need wait for `flush`. */
  readonly durable: boolean
  close(): Promise<void>
}
