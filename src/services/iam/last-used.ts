import type { LastUse } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import type { Store } from '../../contracts/store.ts'
import { bindTables } from '../../platform/tables.ts'
import { tables } from './state.ts'

// A use is kept in memory at each call and written only now and then: AWS's own answer may be hours late.

const writeAfterMs = 60_000
const usesMax = 20_000

export interface LastUses {
  note(principal: Principal, service: string, region: string): void
  of(id: string): LastUse | undefined
  /** Writes what is not written yet. */
  flush(): Promise<void>
}

/** Notes when access keys and roles were last used. What an earlier process wrote is read once. */
export async function lastUses(store: Store, now: () => number): Promise<LastUses> {
  const at = bindTables('iam', tables, store, { account: '', region: '' })
  const uses = new Map<string, LastUse>()
  const changed = new Set<string>()
  for (const { id, ...use } of await at.lastUses.list()) uses.set(id, use)
  let writtenAt = now()
  let writing = Promise.resolve()

  async function write(): Promise<void> {
    const ids = [...changed]
    changed.clear()
    writtenAt = now()
    await store.transact(async tx => {
      const inside = bindTables('iam', tables, tx, { account: '', region: '' })
      for (const id of ids) await inside.lastUses.put({ id, ...uses.get(id)! })
    })
  }

  return {
    note({ type, accessKeyId, roleArn }, service, region) {
      const id = type === 'assumed-role' ? roleArn : accessKeyId?.startsWith('AKIA') ? accessKeyId : undefined
      if (id === undefined) return
      const use = uses.get(id)
      if (use) Object.assign(use, { at: now(), service, region })
      else if (uses.size < usesMax) uses.set(id, { at: now(), service, region })
      changed.add(id)
      // The first use of a key is worth a write at once; after that, one write a minute for all of them.
      if (!use || now() - writtenAt >= writeAfterMs) writing = writing.then(write).catch(() => {})
    },
    of: id => uses.get(id),
    flush: () => writing = writing.then(() => changed.size > 0 ? write() : undefined).catch(() => {}),
  }
}
