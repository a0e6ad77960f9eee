/**
 * A key: a byte string, one character (U+0000 to U+00FF) for each byte. Strings compare in JavaScript exactly as their bytes do
 * in a store, and they can be the key of a Map; `Buffer.from(key, 'latin1')` is the bytes.
 */
export type Key = string

/** A half-open range of keys, `start <= key < end`, read in key order (or against it). */
export interface Range {
  start: Key
  end: Key
  /** The most entries to return; all of them where it is absent. */
  limit?: number
  reverse?: boolean
}

export type Entry = [key: Key, value: Uint8Array]

/**
 * What a transaction may do. Reads see the transaction's own writes and otherwise one state of the store. Writes are applied
 * together when the work resolves, or not at all. A read that can no longer be part of one state throws ConflictError, which
 * the work must let through: `transact` then runs it again.
 */
export interface Transaction {
  get(key: Key): Promise<Uint8Array | undefined>
  range(range: Range): Promise<Entry[]>
  put(key: Key, value: Uint8Array): void
  delete(key: Key): void
}

/** One ordered, transactional, durable key space. */
export interface Store {
  /** Runs the work serializably, again on conflict; resolves when its writes are durable. Throws what the work throws. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}
