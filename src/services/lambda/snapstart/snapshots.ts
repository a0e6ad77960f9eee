import { readdir, rm } from 'node:fs/promises'
import { newTraceId } from '../../../platform/ids.ts'
import { resolve } from '../functions/function.ts'
import { take } from '../invoke/begin.ts'
import type { Lambda, SnapshotRow, Snapshots, VersionRow } from '../state.ts'
import { ResourceConflictException, SnapStartNotReadyException, SnapStartRegenerationFailureException } from '../state.ts'
import { billCached } from './bill.ts'
import { snapshotFolder, snapshotsFolder } from './row.ts'

// The snapshots of published versions: a row for each, in one table for the whole cloud, so that a start knows which are not taken yet,
// and a folder of the data.

/** AWS asks for three hours of keeping at least. */
const cachedMsMin = 3 * 3_600_000
const meterEveryMs = 5 * 60_000
const transactionMsMax = 60_000

/** Takes snapshots after versions are published, and again where one cannot be used any more; meters and removes them. */
export function snapshots(): Snapshots {
  /** Published in a transaction that may not be done yet, and when. */
  const noted = new Map<string, { lambda: Lambda, at: number }>()
  const taking = new Map<string, Promise<SnapshotRow | undefined>>()
  const meters = new Map<string, () => void>()
  const work = new Set<Promise<unknown>>()
  let closed = false

  const under = (promise: Promise<unknown>) => {
    const settled: Promise<unknown> = promise.catch(() => {}).finally(() => work.delete(settled))
    work.add(settled)
  }
  /** One at a time of each; resolves to the row as it is then. */
  const takeOnce = (lambda: Lambda, id: string): Promise<SnapshotRow | undefined> => {
    let running = taking.get(id)
    if (!running) {
      taking.set(id, running = takeOf(lambda, id).finally(() => taking.delete(id)))
      under(running)
    }
    return running
  }
  const takeOf = async (lambda: Lambda, id: string): Promise<SnapshotRow | undefined> => {
    const row = await lambda.tables.snapshots.get(id)
    if (!row || closed) return row
    // What goes on after the request that asked for it does so in a trace of its own.
    const place = lambda.in({ account: row.account, region: row.region, trace: { traceId: newTraceId(lambda.now()), sampled: true } })
    const found = await resolve(place, row.name, String(row.version)).then(({ row: version }) => version, () => undefined)
    const how = found && await take(place, found, row).catch((error: Error) => ({ code: 'InternalError', reason: error.message }))
    if (closed && how) return row
    const { code: _, reason: _r, ...rest } = row
    const taken: SnapshotRow = how ? { ...rest, state: 'Failed', ...how } : { ...rest, state: 'Active' }
    const stays = await place.transact(async scope => {
      const stands = await scope.tables.snapshots.get(id) !== undefined
      if (stands) await scope.tables.snapshots.put(taken)
      return stands
    })
    if (!stays || !found) return void await rm(snapshotFolder(lambda, id), { recursive: true, force: true })
    if (taken.state === 'Active' && !meters.has(id)) {
      if (row.state === 'Pending') billCached(place, found, cachedMsMin)
      meter(place, found, taken)
    }
    return taken
  }
  const meter = (lambda: Lambda, version: VersionRow, row: SnapshotRow): void => {
    const at = Math.max(row.publishedAt + cachedMsMin, lambda.now()) + meterEveryMs
    const cancel = lambda.clock.at(at, () => {
      billCached(lambda, version, meterEveryMs)
      meter(lambda, version, row)
    })
    meters.set(row.id, cancel)
  }

  return {
    note: (lambda, id) => void noted.set(id, { lambda, at: performance.now() }),
    begin(lambda) {
      for (const [id, { lambda: { account, region }, at }] of noted) {
        const place = lambda.in({ account, region })
        under(place.tables.snapshots.get(id).then(row => {
          // What another transaction publishes may not be there yet: that one comes here when it is done, unless it never is.
          if (!row && performance.now() - at < transactionMsMax) return
          if (noted.delete(id) && row) void takeOnce(place, id).catch(() => {})
        }))
      }
    },
    async ready(lambda, { name, snapshot }) {
      const row = await lambda.tables.snapshots.get(snapshot!)
      if (row?.state === 'Active') return row
      if (!row || row.state === 'Pending') {
        throw new SnapStartNotReadyException('Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.')
      }
      throw new ResourceConflictException(
        `The operation cannot be performed at this time. The function is currently in the following state: Failed (${name}: ${row.reason})`
      )
    },
    async again(lambda, { snapshot }) {
      const row = await takeOnce(lambda, snapshot!)
      if (row?.state === 'Active') return
      throw new SnapStartRegenerationFailureException(`Lambda couldn't regenerate the SnapStart snapshot for the function. ${row?.reason ?? ''}`.trim())
    },
    async remove(lambda, ids) {
      for (const id of ids) {
        meters.get(id)?.()
        meters.delete(id)
        await taking.get(id)?.catch(() => {})
        await rm(snapshotFolder(lambda, id), { recursive: true, force: true })
      }
    },
    async resume(lambda) {
      const rows = new Map<string, SnapshotRow>()
      for await (const row of lambda.tables.snapshots.each()) rows.set(row.id, row)
      for (const name of await readdir(snapshotsFolder(lambda)).catch(() => [])) {
        if (rows.get(name)?.state !== 'Active') await rm(snapshotFolder(lambda, name), { recursive: true, force: true })
      }
      for (const row of rows.values()) {
        const place = lambda.in({ account: row.account, region: row.region })
        if (row.state === 'Pending') void takeOnce(place, row.id).catch(() => {})
        if (row.state !== 'Active') continue
        const version = await resolve(place, row.name, String(row.version)).then(found => found.row, () => undefined)
        if (version) meter(place, version, row)
      }
    },
    async settle() {
      while (work.size > 0) await Promise.all(work)
    },
    async close() {
      closed = true
      for (const cancel of meters.values()) cancel()
      await Promise.all(work)
    },
  }
}
