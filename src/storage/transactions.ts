import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry, Key, Range, Store, Transaction } from '../contracts/store.ts'
import { ConflictError, StoreClosedError } from '../platform/store-errors.ts'
import type { Driver } from './driver.ts'
import { GroupCommit } from './group-commit.ts'
import { History } from './history.ts'

const triesMax = 100
/** After so many conflicts a transaction runs while nobody else commits. */
const triesBeforeExclusive = 8
/** How long it may keep the others from committing; if it takes longer it may be waiting for one of them, and is not let do so again. */
const exclusiveMs = 200

/**
 * Serializable transactions over a driver, by optimistic concurrency: reads go to the newest state and are remembered; writes wait
 * in the transaction. What was read must be unchanged at every later read and at the commit, so that the work never sees two
 * states. Commits are made durable in groups; whoever read a commit of which that is not yet known waits for it too.
 */
export function transactionalStore(driver: Driver): Store {
  return new TransactionalStore(driver)
}

class TransactionalStore implements Store {
  readonly driver: Driver
  readonly history = new History<OpenTransaction>()
  readonly group: GroupCommit
  /** What makes every further use fail: the store was closed or a sync failed. */
  unusable: Error | undefined
  /** Raised when a batch is taken back: whoever read from it must begin again. */
  era = 0
  takenBackBy: unknown
  #exclusive: { holder: object, over: Promise<void> } | undefined
  #closing: Promise<void> | undefined

  constructor(driver: Driver) {
    this.driver = driver
    this.group = new GroupCommit(driver, {
      takenBack: error => {
        this.era++
        this.takenBackBy = error
      },
      synced: version => this.history.forget(version),
      failed: error => { this.unusable ??= new StoreClosedError('The store stopped: it could not sync its files. Restart Fogbank.', { cause: error }) },
    })
  }

  async transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let mayRunAlone = true
    for (let tries = 1; ; tries++) {
      if (this.unusable) throw this.unusable
      const tx = new OpenTransaction(this)
      const release: (() => boolean) | undefined = tries > triesBeforeExclusive && mayRunAlone ? await this.#runAlone(tx) : undefined
      try {
        const result = await work(tx)
        if (tx.owesNothing) return result
        await this.#commit(tx)
        return result
      } catch (error) {
        // What an error tells of must be durable as well.
        if (!tx.conflicted && await this.#areReadsKept(tx)) throw error
        // Whom a full disk takes from again and again what they read waits for no turn of theirs: they are told the reason.
        if (tries > triesBeforeExclusive && tx.era !== this.era) throw this.takenBackBy
        if (tries >= triesMax) throw new ConflictError(`The transaction was given up after ${tries} conflicts with others.`, { cause: error })
      } finally {
        tx.end()
        if (release) mayRunAlone = release()
      }
      if (tries > 2) await sleep(Math.random() * Math.min(2 ** tries, 20))
    }
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.unusable ??= new StoreClosedError('The store is closed.')
      await this.group.settle()
      await this.driver.close()
    })()
    return this.#closing
  }

  async #commit(tx: OpenTransaction): Promise<void> {
    if (!tx.writes || tx.writes.size === 0) {
      if (tx.conflicted) throw new ConflictError('A conflict was caught and not let through.')
      tx.end()
      if (tx.dependsOn > 0 && !await this.#areReadsKept(tx)) tx.conflict()
      return
    }
    while (this.#exclusive && this.#exclusive.holder !== tx) await this.#exclusive.over
    if (this.unusable) throw this.unusable
    tx.validate()
    tx.end()
    const version = this.history.add(tx.writes)
    try {
      this.driver.apply(tx.writes)
    } catch (error) {
      this.group.fail(error)
      throw error
    }
    if (!this.driver.durable) {
      this.group.durableVersion = version
      this.history.forget(version)
      return
    }
    await this.group.add(version)
  }

  /** Waits until what the transaction read is durable; false where it was taken back instead. */
  async #areReadsKept(tx: OpenTransaction): Promise<boolean> {
    if (tx.dependsOn === 0 || this.unusable) return true
    if (tx.era !== this.era) return false
    try {
      await this.group.durable(tx.dependsOn)
      return true
    } catch (error) {
      if (this.unusable) throw error
      return false
    }
  }

  /** Waits its turn; then nobody else commits until the returned function is called, which tells whether that was in time. */
  async #runAlone(holder: object): Promise<() => boolean> {
    while (this.#exclusive) await this.#exclusive.over
    const { promise, resolve } = Promise.withResolvers<void>()
    const release = () => {
      clearTimeout(lapse)
      const isInTime = this.#exclusive?.holder === holder
      if (isInTime) this.#exclusive = undefined
      resolve()
      return isInTime
    }
    const lapse = setTimeout(release, exclusiveMs)
    this.#exclusive = { holder, over: promise }
    return release
  }
}

class OpenTransaction implements Transaction {
  readonly #store: TransactionalStore
  readonly era: number
  /** The version of the state that the work has seen; it moves on as long as nothing that was read has changed. */
  #snapshot = -1
  #reads: Set<Key> | undefined
  #ranges: { start: Key, end: Key }[] | undefined
  writes: Map<Key, Uint8Array | undefined> | undefined
  conflicted = false
  /** The newest version it read from that was not known to be durable. */
  dependsOn = 0
  #ended = false

  /** It wrote nothing, and what it read is durable: there is nothing to wait for. */
  get owesNothing(): boolean {
    return this.writes === undefined && this.dependsOn === 0 && !this.conflicted
  }

  constructor(store: TransactionalStore) {
    this.#store = store
    this.era = store.era
  }

  async get(key: Key): Promise<Uint8Array | undefined> {
    this.#begin()
    if (this.writes?.has(key)) return this.writes.get(key)
    const version = this.#store.history.changed(key)
    if (version > this.#snapshot) this.#moveOn()
    if (version > this.#store.group.durableVersion && version > this.dependsOn) this.dependsOn = version
    this.#reads ??= new Set()
    this.#reads.add(key)
    return this.#store.driver.get(key)
  }

  async range(range: Range): Promise<Entry[]> {
    this.#begin()
    const limit = range.limit ?? Infinity
    if (range.start >= range.end || limit <= 0) return []
    const own = this.#ownWrites(range)
    const stored = this.#store.driver.range(own.length > 0 && limit !== Infinity ? { ...range, limit: limit + own.length } : range)
    const entries = own.length > 0 ? merge(stored, own, range.reverse ?? false, limit) : stored
    // A read that its limit ended has seen nothing beyond its last entry.
    const last = entries.length >= limit ? entries.at(-1)![0] : undefined
    const seen = { start: last !== undefined && range.reverse ? last : range.start, end: last !== undefined && !range.reverse ? last + '\0' : range.end }
    const history = this.#store.history
    if (history.changedWithin(seen, this.#snapshot) > 0) this.#moveOn()
    this.dependsOn = Math.max(this.dependsOn, history.changedWithin(seen, this.#store.group.durableVersion))
    this.#ranges ??= []
    this.#ranges.push(seen)
    return entries
  }

  put(key: Key, value: Uint8Array): void {
    this.#write(key, value)
  }

  delete(key: Key): void {
    this.#write(key, undefined)
  }

  /** Throws ConflictError unless all that was read is as it was. */
  validate(): void {
    if (this.conflicted || this.era !== this.#store.era) this.conflict()
    if (this.#snapshot < 0 || this.#snapshot === this.#store.history.version) return
    const history = this.#store.history
    if (this.#snapshot < history.oldest) this.conflict()
    if (this.#reads) for (const key of this.#reads) if (history.changed(key) > this.#snapshot) this.conflict()
    if (this.#ranges) for (const range of this.#ranges) if (history.changedWithin(range, this.#snapshot) > 0) this.conflict()
  }

  end(): void {
    this.#ended = true
    if (this.#snapshot >= 0) this.#store.history.leave(this)
  }

  #begin(): void {
    this.#check()
    if (this.era !== this.#store.era) this.conflict()
    if (this.#snapshot < 0) this.#snapshot = this.#store.history.enter(this)
  }

  #moveOn(): void {
    this.validate()
    this.#snapshot = this.#store.history.version
  }

  #write(key: Key, value: Uint8Array | undefined): void {
    this.#check()
    this.writes ??= new Map()
    this.writes.set(key, value)
  }

  #check(): void {
    if (this.#store.unusable) throw this.#store.unusable
    if (this.#ended) throw new Error('The transaction is over: a promise in its work was not awaited.')
  }

  conflict(): never {
    this.conflicted = true
    throw new ConflictError('What the transaction read has been changed.')
  }

  #ownWrites({ start, end, reverse }: Range): [Key, Uint8Array | undefined][] {
    const own: [Key, Uint8Array | undefined][] = []
    if (this.writes) for (const write of this.writes) if (write[0] >= start && write[0] < end) own.push(write)
    const sign = reverse ? -1 : 1
    return own.sort((a, b) => a[0] < b[0] ? -sign : sign)
  }
}

/** The stored entries with the transaction's own writes laid over them. */
function merge(stored: Entry[], own: [Key, Uint8Array | undefined][], reverse: boolean, limit: number): Entry[] {
  const merged: Entry[] = []
  let next = 0
  const isBefore = (a: Key, b: Key) => reverse ? a > b : a < b
  const take = ([key, value]: [Key, Uint8Array | undefined]) => { if (value !== undefined) merged.push([key, value]) }
  for (const entry of stored) {
    while (next < own.length && isBefore(own[next]![0], entry[0])) take(own[next++]!)
    if (next < own.length && own[next]![0] === entry[0]) take(own[next++]!)
    else merged.push(entry)
  }
  while (next < own.length) take(own[next++]!)
  return merged.length > limit ? merged.slice(0, limit) : merged
}
