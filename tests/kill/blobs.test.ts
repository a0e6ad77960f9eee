import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createBlobSweep } from '../../src/platform/blob-sweep.ts'
import { openBlobs } from '../../src/platform/blobs.ts'
import { realClock } from '../../src/platform/clock.ts'
import { silentLogger } from '../../src/platform/logging.ts'
import { bindTables, blobTable } from '../../src/platform/tables.ts'
import { openStore } from '../../src/storage/open.ts'
import { contentOf, place, tables, type ObjectRow } from './blobs-facts.ts'

const kills = 40
const loadMsMax = 200

test(`blobs killed ${kills} times amid puts and sweeps: every row has its bytes, and nothing else is left after a sweep`, { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blobs-kill-'))
  const total = { acknowledged: 0, rows: 0, reclaimed: 0 }
  try {
    for (let run = 0; run < kills; run++) {
      const latest = await killUnderLoad(folder, String(run), 20 + Math.random() * (loadMsMax - 20))
      total.acknowledged += latest.size
      await check(folder, latest, run % 4 === 3, total)
    }
    assert.ok(total.acknowledged > kills && total.rows > kills && total.reclaimed > 5, `the test has tested nothing: ${JSON.stringify(total)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** What was acknowledged last of each name: its content, or `-` where it was deleted. */
async function killUnderLoad(folder: string, run: string, loadMs: number): Promise<Map<string, string>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'blobs-child.ts'), folder, run], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), loadMs)
    printed += text
  })
  const signal = await new Promise(resolve => child.once('close', (_code, by) => resolve(by)))
  assert.equal(signal, 'SIGKILL', 'the child ended by itself')
  const latest = new Map<string, string>()
  for (const line of printed.slice(0, printed.lastIndexOf('\n')).split('\n').slice(1)) {
    latest.set(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1))
  }
  return latest
}

async function check(folder: string, latest: Map<string, string>, swept: boolean, total: { rows: number, reclaimed: number }): Promise<void> {
  const store = await openStore({ folder })
  const blobs = openBlobs({ folder: join(folder, 'blobs') })
  try {
    const rows: ObjectRow[] = await bindTables('test', tables, store, place).objects.list()
    for (const row of rows) assert.deepEqual(Buffer.from(await blobs.bytes(row.sha256)), contentOf(row.content), `${row.name} has lost its bytes`)
    // A change of the same name that was not acknowledged any more may have come after it; the writer is one, so it is the next one only.
    const stored = new Map(rows.map(row => [row.name, row.content]))
    const changed = [...latest].filter(([name, content]) => (stored.get(name) ?? '-') !== content)
    assert.ok(changed.length <= 8, `acknowledged, and not there: ${JSON.stringify(changed)}`)
    total.rows += rows.length
    if (!swept) return
    const sweep = createBlobSweep({
      store, blobs, tables: [blobTable('test', 'objects', async () => tables)], clock: realClock(), log: silentLogger, graceMs: -1000,
    })
    total.reclaimed += await sweep.sweep(true)
    const files = globSync('??/*', { cwd: join(folder, 'blobs') }).map(file => file.replace(/\W/, '')).sort()
    assert.deepEqual(files, [...new Set(rows.map(row => row.sha256))].sort())
  } finally {
    await store.close()
  }
}
