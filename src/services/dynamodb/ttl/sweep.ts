import { readItem, replaceItem, queueSweep } from '../items/store.ts'
import type { Db } from '../state.ts'
import { expiryAgeSecondsMax, expirySecondsOf } from './expiry.ts'

const batchRows = 100

/** Deletes the items of a table that have expired, and queues the next sweep for the first of those that have not. */
export async function sweep(db: Db, task: { name: string, id: string }): Promise<void> {
  let isDone = false
  while (!isDone) {
    isDone = await db.transact(async scope => {
      const inside = scope as Db
      const table = await inside.tables.tables.get(task.name)
      if (table?.id !== task.id || !table.ttl) return true
      const nowSeconds = Math.floor(inside.now() / 1000)
      const due = await inside.tables.expiries.list({ prefix: [task.id], before: [task.id, nowSeconds + 1], limit: batchRows })
      for (const { at, h, p, s } of due) {
        await inside.tables.expiries.delete(task.id, at, h, p, s)
        const key = { h, p, s }
        const old = at >= nowSeconds - expiryAgeSecondsMax ? await readItem(inside, table, key) : undefined
        if (old) await replaceItem(inside, table, { key, old, next: undefined, isExpiry: true })
      }
      if (due.length === batchRows) return false
      await inside.tables.sweeps.delete(task.id)
      const [next] = await inside.tables.expiries.list({ prefix: [task.id], limit: 1 })
      if (next) await queueSweep(inside, table, next.at)
      return true
    })
  }
}

/** Enters the items that were there when expiry was switched on. */
export async function enterExpiries(db: Db, task: { name: string, id: string, attribute: string }): Promise<void> {
  let after: (string | number | Uint8Array)[] | undefined = []
  while (after) {
    const from: (string | number | Uint8Array)[] = after
    after = await db.transact(async scope => {
      const inside = scope as Db
      const table = await inside.tables.tables.get(task.name)
      if (table?.id !== task.id || table.ttl?.attribute !== task.attribute) return undefined
      const rows = await inside.tables.items.list({ prefix: [task.id], limit: batchRows, ...from.length > 0 && { after: from as any } })
      for (const { h, p, s, item } of rows) {
        const at = expirySecondsOf(table, item)
        if (at === undefined) continue
        await inside.tables.expiries.put({ t: table.id, at, h, p, s })
        await queueSweep(inside, table, at)
      }
      const last = rows.at(-1)
      return rows.length === batchRows ? [task.id, last!.h, last!.p, last!.s] : undefined
    })
  }
}

/** Forgets when items expire, after expiry was switched off; a later switching on enters them anew. */
export async function dropExpiries(db: Db, { id }: { id: string }): Promise<void> {
  for (let deleted = batchRows; deleted === batchRows;) {
    deleted = await db.transact(async ({ tables }) => {
      const rows = await tables.expiries.list({ prefix: [id], limit: batchRows })
      for (const row of rows) await tables.expiries.delete(row.t, row.at, row.h, row.p, row.s)
      return rows.length
    })
  }
}
