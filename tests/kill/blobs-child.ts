import { createHash } from 'node:crypto'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { createBlobSweep } from '../../src/platform/blob-sweep.ts'
import { openBlobs } from '../../src/platform/blobs.ts'
import { realClock } from '../../src/platform/clock.ts'
import { silentLogger } from '../../src/platform/logging.ts'
import { bindTables, blobTable } from '../../src/platform/tables.ts'
import { openStore } from '../../src/storage/open.ts'
import { contentOf, place, tables } from './blobs-facts.ts'

// Puts, copies, replaces and deletes objects while sweeps follow each other, until it is killed. Prints what is acknowledged: `NAME CONTENT` or `NAME -`.
const [folder, run] = process.argv.slice(2) as [string, string]
const store = await openStore({ folder })
const blobs = openBlobs({ folder: join(folder, 'blobs') })
/** Contents whose row is about to be written. The grace period is for these; here it is none, so that the sweep bites at once. */
const underWay = new Map<string, number>()
const sweep = createBlobSweep({
  store, blobs: guarded(), tables: [blobTable('test', 'objects', async () => tables)], clock: realClock(), log: silentLogger, graceMs: -1000,
})
writeSync(1, 'open\n')

/** The blobs with a sweep that takes what is under way for named. */
function guarded(): typeof blobs {
  return {
    put: (content, options) => blobs.put(content, options), read: (sha256, range) => blobs.read(sha256, range), bytes: sha256 => blobs.bytes(sha256),
    path: sha256 => blobs.path(sha256),
    named: sha256 => blobs.named(sha256), released: sha256 => blobs.released(sha256), close: () => blobs.close(),
    sweep: (isReferenced, options) => blobs.sweep(async sha256 => (underWay.get(sha256) ?? 0) > 0 || await isReferenced(sha256), options),
  }
}

async function write(writer: number): Promise<void> {
  const { objects } = bindTables('test', tables, store, place, blobs)
  for (let at = 0; ; at++) {
    const name = `${writer}-${at % 5}`
    const kind = Math.floor(Math.random() * 4)
    if (kind === 0) {
      await objects.delete(name)
      writeSync(1, `${name} -\n`)
    } else if (kind === 1) {
      // A copy of another writer's object: no bytes are put.
      const from = `${(writer + 1) % 8}-${at % 5}`
      const copied = await store.transact(async tx => {
        const bound = bindTables('test', tables, tx, place, blobs).objects
        const source = await bound.get(from)
        if (source) await bound.put({ ...source, name })
        return source
      })
      if (copied) writeSync(1, `${name} ${copied.content}\n`)
    } else {
      // Few contents, so that the same bytes are named, given up and named again.
      const content = kind === 2 ? `shared ${Math.floor(Math.random() * 6)}` : `own ${run} ${writer} ${at}`
      const sha256 = createHash('sha256').update(contentOf(content)).digest('hex')
      underWay.set(sha256, (underWay.get(sha256) ?? 0) + 1)
      await blobs.put(contentOf(content))
      await objects.put({ name, sha256, content })
      underWay.set(sha256, underWay.get(sha256)! - 1)
      writeSync(1, `${name} ${content}\n`)
    }
  }
}

async function sweepOn(): Promise<never> {
  for (let at = 0; ; at++) await sweep.sweep(at % 3 === 0)
}
await Promise.all([sweepOn(), ...Array.from({ length: 8 }, (_, writer) => write(writer))])
