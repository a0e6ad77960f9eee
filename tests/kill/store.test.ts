import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../src/storage/open.ts'
import { accounts, number } from './store-facts.ts'

const kills = 200
const loadMsMax = 150

test(`a store killed ${kills} times under load has every acknowledged write, and no half of a transaction`, { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-kill-'))
  let acknowledged = 0
  let rows = 0
  try {
    for (let run = 0; run < kills; run++) {
      const latest = await killUnderLoad(folder, String(run), 5 + Math.random() * (loadMsMax - 5))
      for (const at of latest.values()) acknowledged += at
      rows += await check(folder, String(run), latest)
    }
    assert.ok(acknowledged > kills, `only ${acknowledged} writes were acknowledged: the test has tested nothing`)
    // And nothing of the earlier runs was lost by a later one.
    const store = await openStore({ folder })
    assert.equal((await store.transact(tx => tx.range({ start: 'row/', end: 'row0' }))).length, rows)
    await store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** The number of the last acknowledged write of each writer. */
async function killUnderLoad(folder: string, run: string, loadMs: number): Promise<Map<number, number>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'store-child.ts'), folder, run], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), loadMs)
    printed += text
  })
  const signal = await new Promise(resolve => child.once('close', (_code, by) => resolve(by)))
  assert.equal(signal, 'SIGKILL', 'the child ended by itself')
  const latest = new Map<number, number>()
  // The last line may have been cut off by the kill.
  for (const line of printed.slice(0, printed.lastIndexOf('\n')).split('\n').slice(1)) {
    const [writer, at] = line.split(' ').map(Number)
    latest.set(writer!, at!)
  }
  return latest
}

/** Returns how many rows the run has left. */
async function check(folder: string, run: string, latest: Map<number, number>): Promise<number> {
  const store = await openStore({ folder })
  let rows = 0
  await store.transact(async tx => {
    for (let writer = 0; writer < 16; writer++) {
      const left = number(await tx.get(`left/${run}/${writer}`))
      const right = number(await tx.get(`right/${run}/${writer}`))
      const written = await tx.range({ start: `row/${run}/${writer}/`, end: `row/${run}/${writer}0` })
      assert.ok(left >= (latest.get(writer) ?? 0), `run ${run}: write ${latest.get(writer)} of writer ${writer} was acknowledged; ${left} is there`)
      assert.deepEqual([right, written.length], [left, left], `run ${run}: a transaction of writer ${writer} is there by half`)
      rows += left
    }
    let sum = 0
    for (const account of accounts) sum += number(await tx.get(account))
    assert.equal(sum, 0, `run ${run}: a transfer is there by half`)
  })
  await store.close()
  return rows
}
