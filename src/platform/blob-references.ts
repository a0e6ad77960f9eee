import type { Key, Store, Transaction } from '../contracts/store.ts'
import { encodeKey } from './key-encoding.ts'

/** Hears which blobs rows begin and cease to name, before that commits: a hint of where to look. The references are the truth. */
export interface BlobWatch {
  named(sha256: string): void
  released(sha256: string): void
}

/** A reference is a key and nothing else: the blob, then the key of the row that names it. It commits with the row. */
const prefixOf = (sha256: string): Key => encodeKey(['blobs.references', sha256])
const nothing = new Uint8Array(0)

/** Makes the references of a row, in the row's own transaction, those of `after` where they were those of `before`. */
export function renameBlobs(tx: Transaction, row: Key, before: readonly string[], after: readonly string[], watch?: BlobWatch): void {
  const [was, is] = [new Set(before), new Set(after)]
  for (const sha256 of was) {
    if (is.has(sha256)) continue
    tx.delete(prefixOf(sha256) + row)
    watch?.released(sha256)
  }
  for (const sha256 of is) {
    if (was.has(sha256)) continue
    tx.put(prefixOf(sha256) + row, nothing)
    watch?.named(sha256)
  }
}

/** Whether a row names the blob. */
export async function isReferenced(store: Store, sha256: string): Promise<boolean> {
  const start = prefixOf(sha256)
  return (await store.transact(tx => tx.range({ start, end: start + '\xff', limit: 1 }))).length > 0
}

/** A table whose rows name blobs: what its keys begin with, and the blobs of a row as it is stored. */
export interface BlobTable { name: string, prefix: Key, blobsOf: (value: Uint8Array) => Promise<readonly string[]> }

const completeKey: Key = encodeKey(['blobs.complete'])
const pageRows = 200

/**
 * Writes the references of the rows of every table that did not have any yet: those of a data folder that an earlier Fogbank
 * wrote. May be broken off, and begins again then; nothing may be swept until it is through.
 */
export async function completeReferences(store: Store, tables: BlobTable[], isStopped: () => boolean): Promise<void> {
  const known = await store.transact(tx => tx.get(completeKey))
  const complete = new Set<string>(known ? JSON.parse(Buffer.from(known).toString()) : [])
  const missing = tables.filter(({ name }) => !complete.has(name))
  if (missing.length === 0) return
  for (const table of missing) {
    let start: Key | undefined = table.prefix
    while (start !== undefined) {
      if (isStopped()) return
      start = await referPage(store, table, start)
    }
    complete.add(table.name)
  }
  await store.transact(async tx => tx.put(completeKey, Buffer.from(JSON.stringify([...complete].sort()))))
}

/** Refers a page of rows; returns where the next one begins. */
async function referPage(store: Store, { prefix, blobsOf }: BlobTable, start: Key): Promise<Key | undefined> {
  return store.transact(async tx => {
    const rows = await tx.range({ start, end: prefix + '\xff', limit: pageRows })
    for (const [key, value] of rows) renameBlobs(tx, key, [], await blobsOf(value))
    return rows.length < pageRows ? undefined : rows.at(-1)![0] + '\0'
  })
}
