import type { Clock } from '../contracts/clock.ts'
import type { Store } from '../contracts/store.ts'
import { completeReferences, isReferenced, type BlobTable } from './blob-references.ts'
import type { BlobFiles } from './blobs.ts'
import type { Logger } from './logging.ts'

const minute = 60_000
const hour = 60 * minute

export interface BlobSweep {
  /** Begins to sweep by the clock: a minute after the start, then every hour; all files at first and once a day, else those of the last hours. */
  start(): void
  /** Sweeps now; resolves to the number of deleted blobs. `everything`: not only what this process put or released. */
  sweep(everything: boolean): Promise<number>
  /** Resolves when no sweep is under way, and none will be. */
  stop(): Promise<void>
}

/** Reclaims the files of blobs that no row names any more, in the background. */
export function createBlobSweep(parts: { store: Store, blobs: BlobFiles, tables: BlobTable[], clock: Clock, log: Logger, graceMs?: number }): BlobSweep {
  const { store, blobs, tables, clock, log, graceMs = hour } = parts
  let cancel: (() => void) | undefined
  let running: Promise<unknown> = Promise.resolve()
  let isComplete = false
  let isStopped = false
  let lookedAtAll: number | undefined

  async function sweep(everything: boolean): Promise<number> {
    if (!isComplete) await completeReferences(store, tables, () => isStopped)
    if (isStopped) return 0
    isComplete = true
    return blobs.sweep(async sha256 => isStopped || await isReferenced(store, sha256), { graceMs, everything })
  }

  async function sweepByTheClock(): Promise<void> {
    const everything = lookedAtAll === undefined || clock.now() - lookedAtAll >= 24 * hour
    const at = clock.now()
    try {
      const deleted = await sweep(everything)
      if (everything) lookedAtAll = at
      if (deleted > 0) log.debug('swept blobs that nothing names', { deleted })
    } catch (error) {
      if (!isStopped) log.warn('the sweep of blobs failed and will be tried again', { error })
    }
    arm(at + hour)
  }

  function arm(at: number) {
    if (isStopped) return
    cancel = clock.at(at, () => (running = sweepByTheClock()) as Promise<void>)
  }

  return {
    start: () => arm(clock.now() + minute),
    sweep: everything => {
      const next = running.then(() => sweep(everything))
      running = next.catch(() => undefined)
      return next
    },
    async stop() {
      isStopped = true
      cancel?.()
      await running
    },
  }
}
