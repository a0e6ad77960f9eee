import type { Clock } from '../contracts/clock.ts'
import type { Store, Transaction } from '../contracts/store.ts'
import type { Logger } from './logging.ts'
import { bindTables, table } from './tables.ts'

/** What a service owes: a row that commits with the change that causes it. Delivered at least once. */
export interface OutboxRow {
  id: string
  /** Order of queueing; a row that replaces another has a higher one. */
  sequence: number
  service: string
  task: string
  account: string
  region: string
  payload: unknown
  /** Milliseconds since 1970. */
  at: number
  /** Rows of one order key are done one after another, in the order of queueing. */
  order?: string
  attempts: number
  traceId?: string
  /** Of the chain of requests that it is part of. */
  lineage?: string
}

export type NewOutboxRow = Omit<OutboxRow, 'id' | 'sequence' | 'attempts'> & { id?: string }

const tables = { rows: table<OutboxRow>()({ name: 'rows', key: row => [row.id], scope: 'cloud' }) }
const nowhere = { account: '', region: '' }
const runningMax = 2000
const backOffMs = (attempts: number) => Math.min(300_000, 500 * 2 ** attempts)

export interface Outbox {
  /** Writes rows in the transaction; hand the result to `accept` when it has committed. */
  add(tx: Transaction, rows: NewOutboxRow[]): Promise<OutboxRow[]>
  remove(tx: Transaction, id: string): Promise<void>
  accept(rows: OutboxRow[], removed: string[]): void
  /** Reads what an earlier run left and begins to deliver. */
  start(): Promise<void>
  /** Resolves when nothing is being delivered and nothing is due. */
  settle(): Promise<void>
  stop(): Promise<void>
  readonly outstanding: number
}

/** Waits for what time alone brings: meanwhile the delivery is not under way, and `settle` does not wait for it. */
export type Rest = <T>(until: Promise<T>) => Promise<T>

export type Deliver = (row: OutboxRow, rest: Rest) => Promise<void>

export function createOutbox(parts: { store: Store, clock: Clock, log: Logger, deliver: Deliver }): Outbox {
  const { store, clock, log, deliver } = parts
  const pending = new Map<string, OutboxRow>()
  const due = new DueHeap()
  const busyOrders = new Map<string, OutboxRow[]>()
  /** Rows that were delivered and are still in the store, since it could not take the deletion. */
  const delivered = new Set<OutboxRow>()
  const idle: (() => void)[] = []
  let running = 0
  let sequence = 0
  let started = false
  let stopped = false
  let wake: { at: number, cancel: () => void } | undefined

  const bound = (tx: Transaction) => bindTables('outbox', tables, tx, nowhere).rows

  function offer(row: OutboxRow) {
    pending.set(row.id, row)
    due.push(row)
  }

  function pump() {
    if (!started || stopped) return
    const now = clock.now()
    for (let row = due.peek(); row && row.at <= now && running < runningMax; row = due.peek()) {
      due.pop()
      // A row that was replaced or taken back stays in the heap until it comes up.
      if (pending.get(row.id) !== row) continue
      begin(row)
    }
    const next = due.peek()
    if (next && next.at > now && (!wake || next.at < wake.at)) {
      wake?.cancel()
      wake = { at: next.at, cancel: clock.at(next.at, () => { wake = undefined; pump() }) }
    }
    if (running <= 0 && !(next && next.at <= now)) for (const resolve of idle.splice(0)) resolve()
  }

  function begin(row: OutboxRow) {
    if (row.order !== undefined) {
      const waiting = busyOrders.get(row.order)
      if (waiting) return void waiting.push(row)
      busyOrders.set(row.order, [])
    }
    running++
    void run(row).finally(() => {
      running--
      pump()
    })
  }

  async function run(row: OutboxRow): Promise<void> {
    let current: OutboxRow | undefined = row
    while (current && !stopped) {
      const kept = await attempt(current)
      if (kept) {
        const wait: OutboxRow = kept
        // The order key stays taken: what comes after a failed row waits for it.
        if (row.order === undefined) return void (offer(wait), pump())
        return void clock.at(wait.at, () => {
          running++
          return run(wait).finally(() => { running--; pump() })
        })
      }
      current = nextOfOrder(row.order)
    }
  }

  function nextOfOrder(order: string | undefined): OutboxRow | undefined {
    if (order === undefined) return undefined
    const waiting = busyOrders.get(order)!
    for (let row = waiting.shift(); row; row = waiting.shift()) if (pending.get(row.id) === row) return row
    busyOrders.delete(order)
    return undefined
  }

  /** For one delivery, which rests as long as anything in it does. */
  function resting(): Rest {
    let waits = 0
    return async until => {
      if (waits++ === 0) {
        running--
        pump()
      }
      try {
        return await until
      } finally {
        if (--waits === 0) running++
      }
    }
  }

  /** Delivers once; returns the row to try again, or nothing where it is done. */
  async function attempt(row: OutboxRow): Promise<OutboxRow | undefined> {
    let failure: unknown
    try {
      if (!delivered.delete(row)) await deliver(row, resting())
    } catch (error) {
      failure = error
      log.warn(`${row.service} ${row.task} failed and will be tried again`, { id: row.id, attempts: row.attempts + 1, error })
    }
    if (stopped && failure) return undefined
    const later = () => ({ ...row, attempts: row.attempts + 1, at: clock.now() + backOffMs(row.attempts) })
    let again = failure === undefined ? undefined : later()
    try {
      const replaced = await store.transact(async tx => {
        const stored = await bound(tx).get(row.id)
        // The task queued itself anew, or was taken back, while it ran.
        if (!stored || stored.sequence !== row.sequence) return true
        if (again) await bound(tx).put(again)
        else await bound(tx).delete(row.id)
        return false
      })
      if (replaced) return undefined
    } catch (error) {
      if (stopped) return undefined
      log.warn('the outbox could not record a delivery and will try again; a restart before that repeats it', { id: row.id, error: String(error) })
      if (!again) delivered.add(again = later())
    }
    if (pending.get(row.id) === row) pending.delete(row.id)
    if (again) pending.set(again.id, again)
    return again
  }

  return {
    async add(tx, rows) {
      const added: OutboxRow[] = []
      for (const row of rows) {
        const number = ++sequence
        const id = row.id ?? `${clock.now().toString(36).padStart(9, '0')}-${number.toString(36).padStart(7, '0')}`
        const complete: OutboxRow = { ...row, id, sequence: number, attempts: 0 }
        await bound(tx).put(complete)
        added.push(complete)
      }
      return added
    },
    remove: (tx, id) => bound(tx).delete(id),
    accept(rows, removed) {
      for (const id of removed) pending.delete(id)
      for (const row of rows) offer(row)
      if (rows.length > 0) pump()
    },
    async start() {
      const rows = await store.transact(tx => bound(tx).list())
      for (const row of rows) {
        sequence = Math.max(sequence, row.sequence)
        if (!pending.has(row.id)) offer(row)
      }
      started = true
      pump()
    },
    settle() {
      return new Promise(resolve => {
        if (stopped) return resolve()
        idle.push(resolve)
        pump()
      })
    },
    async stop() {
      stopped = true
      wake?.cancel()
      for (const resolve of idle.splice(0)) resolve()
    },
    get outstanding() { return pending.size },
  }
}

/** A binary heap of rows by time, then by order of queueing. */
class DueHeap {
  readonly #rows: OutboxRow[] = []

  peek(): OutboxRow | undefined { return this.#rows[0] }

  push(row: OutboxRow): void {
    const rows = this.#rows
    let at = rows.push(row) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(row, rows[parent]!)) break
      rows[at] = rows[parent]!
      at = parent
    }
    rows[at] = row
  }

  pop(): void {
    const rows = this.#rows
    const last = rows.pop()
    if (!last || rows.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= rows.length) break
      if (child + 1 < rows.length && before(rows[child + 1]!, rows[child]!)) child++
      if (!before(rows[child]!, last)) break
      rows[at] = rows[child]!
      at = child
    }
    rows[at] = last
  }
}

const before = (a: OutboxRow, b: OutboxRow) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
