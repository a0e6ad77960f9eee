import type { Driver } from './driver.ts'

interface Batch {
  version: number
  done: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

interface Listener {
  takenBack(error: unknown): void
  synced(version: number): void
  failed(error: unknown): void
}

/** Makes commits durable together: all of one turn of the event loop, and all that arrive while a sync is under way. */
export class GroupCommit {
  durableVersion = 0
  readonly #driver: Driver
  readonly #listener: Listener
  #building: Batch | undefined
  #syncing: Batch | undefined

  constructor(driver: Driver, listener: Listener) {
    this.#driver = driver
    this.#listener = listener
  }

  /** Adds a commit that the driver has applied; resolves when it is durable. */
  add(version: number): Promise<void> {
    if (!this.#building) {
      this.#building = newBatch()
      if (!this.#syncing) setImmediate(() => this.#flush())
    }
    this.#building.version = version
    return this.#building.done
  }

  /** Resolves when the version is durable; rejects where it was taken back. */
  async durable(version: number): Promise<void> {
    if (version <= this.durableVersion) return
    if (this.#syncing && version <= this.#syncing.version) return this.#syncing.done
    return this.#building?.done
  }

  /** The driver has taken back the batch that was being built. */
  fail(error: unknown): void {
    const batch = this.#building
    this.#building = undefined
    this.#listener.takenBack(error)
    batch?.reject(error)
  }

  async settle(): Promise<void> {
    while (this.#syncing || this.#building) await (this.#syncing ?? this.#building)!.done.catch(() => undefined)
  }

  #flush(): void {
    const batch = this.#building
    if (!batch || this.#syncing) return
    let synced: Promise<void>
    try {
      synced = this.#driver.flush()
    } catch (error) {
      this.fail(error)
      return
    }
    this.#building = undefined
    this.#syncing = batch
    synced.then(() => this.#synced(batch), error => this.#failed(batch, error))
  }

  #synced(batch: Batch): void {
    this.durableVersion = batch.version
    this.#syncing = undefined
    this.#listener.synced(batch.version)
    batch.resolve()
    // What the resolved callers commit in this turn joins the next batch.
    if (this.#building) setImmediate(() => this.#flush())
  }

  /** A failed sync says nothing of what is on the disk, and asking again would hide it: the store stops. */
  #failed(batch: Batch, error: unknown): void {
    this.#listener.failed(error)
    this.#syncing = undefined
    batch.reject(error)
    this.#building?.reject(error)
    this.#building = undefined
  }
}

function newBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  promise.catch(() => undefined)
  return { version: 0, done: promise, resolve, reject }
}
