import type { Key } from '../contracts/store.ts'
import type { Writes } from './driver.ts'

/** More changed keys than this are not remembered: the transaction that has been open for longest loses instead. */
const rememberedKeysMax = 200_000

/** Which keys the latest commits changed: as far back as an open transaction, or one that is not yet durable, reaches. */
export class History<Reader extends object> {
  version = 0
  /** Changes of this version and those before it are forgotten. */
  oldest = 0
  #commits: { version: number, writes: Writes }[] = []
  #latest = new Map<Key, number>()
  /** Open transactions and the versions at which they began, in that order. */
  #readers = new Map<Reader, number>()

  enter(reader: Reader): number {
    this.#readers.set(reader, this.version)
    return this.version
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader)
  }

  add(writes: Writes): number {
    const version = ++this.version
    for (const key of writes.keys()) this.#latest.set(key, version)
    this.#commits.push({ version, writes })
    return version
  }

  /** The version that changed the key last, or 0 where that is forgotten. */
  changed(key: Key): number {
    return this.#latest.get(key) ?? 0
  }

  /** The newest version after `since` that changed a key of the range, or 0. */
  changedWithin(range: { start: Key, end: Key }, since: number): number {
    for (let at = this.#commits.length - 1; at >= 0; at--) {
      const commit = this.#commits[at]!
      if (commit.version <= since) return 0
      for (const key of commit.writes.keys()) if (key >= range.start && key < range.end) return commit.version
    }
    return 0
  }

  /** Forgets what is durable and of no use to an open transaction. */
  forget(durable: number): void {
    let upTo = durable
    for (const began of this.#readers.values()) {
      if (began < upTo && this.#latest.size <= rememberedKeysMax) upTo = began
      break
    }
    let count = 0
    for (const commit of this.#commits) {
      if (commit.version > upTo) break
      for (const key of commit.writes.keys()) if (this.#latest.get(key) === commit.version) this.#latest.delete(key)
      count++
    }
    if (count > 0) this.#commits.splice(0, count)
    if (upTo > this.oldest) this.oldest = upTo
  }
}
