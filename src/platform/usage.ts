import type { Clock } from '../contracts/clock.ts'
import type { UsageRecord, UsageSum } from '../contracts/sinks.ts'
import type { Store, Transaction } from '../contracts/store.ts'
import type { Logger } from './logging.ts'
import { bindTables, table } from './tables.ts'

/**
 * Sums what the services use, by month, account, region, service, usage type, operation and resource. A record costs the look-up of
 * a sum in memory. The sums are written once a second while there is something new, and when the cloud stops: what a killed process
 * loses is the usage of its last second (of a second and the running write, at most), and never a change that a caller was told of.
 */
export interface UsageMeter {
  record(record: UsageRecord): void
  /** Sums since this process started, over all months; of a very large number, those since the last write. */
  totals(): UsageRecord[]
  /** The sums of an account in a month (`2026-01`), written ones and those still in memory. */
  month(account: string, month: string): Promise<UsageSum[]>
  /** Writes what is not written yet. */
  flush(): Promise<void>
  close(): Promise<void>
}

interface Entry {
  total: UsageRecord
  month: string
  /** What the store has not been told of. */
  pending: number
}

const tables = {
  sums: table<UsageSum & { month: string }>()({
    name: 'sums', scope: 'account', key: row => [row.month, row.service, row.usageType, row.region, row.operation, row.resource ?? ''],
  }),
}
const flushMs = 1000
const rowsPerCommit = 500
const hourMs = 3_600_000
/** Above this many sums in memory, those that are written are let go. */
const entriesMax = 20_000

export function createUsageMeter({ store, clock, log }: { store: Store, clock: Clock, log: Logger }): UsageMeter {
  const entries = new Map<string, Entry>()
  /** The entry that an operation's use of a type was added to last: mostly it is the next one's too, and no key need be made. */
  const latest = new Map<string, Map<string, Entry>>()
  const dirty = new Set<Entry>()
  let timer: (() => void) | undefined
  let writing: Promise<void> | undefined
  let closed = false
  let isFailing = false
  let month = { name: '', from: Infinity, until: -Infinity }

  // Months begin at whole hours, so their names are worked out once an hour.
  function monthAt(at: number): string {
    if (at >= month.until || at < month.from) {
      const from = Math.floor(at / hourMs) * hourMs
      month = { name: monthOf(at), from, until: from + hourMs }
    }
    return month.name
  }

  function record(used: UsageRecord): void {
    const at = monthAt(used.at)
    const last = latest.get(used.operation)?.get(used.usageType)
    if (last && isFor(last, used) && last.month === at) return add(last, used)
    const key = `${used.account}\n${used.region}\n${used.service}\n${used.usageType}\n${used.operation}\n${used.resource ?? ''}`
    let entry = entries.get(key)
    if (entry && entry.month === at) {
      add(entry, used)
    } else {
      // The sum of the month before stays in `dirty` until it is written.
      entry = { total: { ...used, quantity: used.quantity + (entry?.total.quantity ?? 0) }, month: at, pending: used.quantity }
      entries.set(key, entry)
      owe(entry)
    }
    let ofOperation = latest.get(used.operation)
    if (!ofOperation) latest.set(used.operation, ofOperation = new Map())
    ofOperation.set(used.usageType, entry)
  }

  function add(entry: Entry, used: UsageRecord): void {
    entry.total.quantity += used.quantity
    entry.total.at = used.at
    entry.pending += used.quantity
    owe(entry)
  }

  function owe(entry: Entry): void {
    if (dirty.size === 0 && !timer && !closed) timer = clock.at(clock.now() + flushMs, () => flush())
    dirty.add(entry)
  }

  async function write(): Promise<void> {
    const batch = [...dirty].map(entry => ({ entry, quantity: entry.pending }))
    dirty.clear()
    for (const { entry } of batch) entry.pending = 0
    for (let at = 0; at < batch.length; at += rowsPerCommit) {
      const part = batch.slice(at, at + rowsPerCommit)
      try {
        await store.transact(async tx => {
          for (const { entry, quantity } of part) await addTo(tx, entry, quantity)
        })
        isFailing = false
      } catch (error) {
        if (!isFailing) log.warn('usage could not be written and will be tried again', { error: String(error) })
        isFailing = true
        for (const { entry, quantity } of part) {
          entry.pending += quantity
          dirty.add(entry)
        }
      }
    }
  }

  async function flush(): Promise<void> {
    timer?.()
    timer = undefined
    while (writing) await writing
    if (dirty.size === 0) return
    writing = write().finally(() => { writing = undefined })
    await writing
    if (entries.size > entriesMax) {
      for (const [key, entry] of entries) if (entry.pending === 0) entries.delete(key)
      latest.clear()
    }
    if (dirty.size > 0 && !timer && !closed) timer = clock.at(clock.now() + flushMs, () => flush())
  }

  return {
    record, flush,
    totals: () => [...entries.values()].map(entry => entry.total),
    async month(account, wanted) {
      await flush()
      return bindTables('usage', tables, store, { account, region: '' }).sums.list({ prefix: [wanted] })
    },
    async close() {
      closed = true
      await flush()
    },
  }
}

const isFor = ({ total }: Entry, used: UsageRecord): boolean => total.account === used.account && total.region === used.region &&
  total.service === used.service && total.resource === used.resource

async function addTo(tx: Transaction, { total, month }: Entry, quantity: number): Promise<void> {
  const { account, region, service, usageType, operation, resource, unit } = total
  const { sums } = bindTables('usage', tables, tx, { account, region })
  const before = await sums.get(month, service, usageType, region, operation, resource ?? '')
  await sums.put({
    month, region, service, usageType, operation, ...resource !== undefined && { resource }, unit, quantity: (before?.quantity ?? 0) + quantity,
  })
}

/** `2026-01`, in UTC, as bills are made. */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7)
