import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSandboxes } from '../../src/sandbox/open.ts'
import { eventually, openPlace, path, processesOf, quiet, skip } from './helpers.ts'

const bounded = { skip, timeout: 30_000 }

/** A Fogbank is killed with its sandboxes at work; resolves when none of its processes is left. */
async function killed(folder: string): Promise<number> {
  const fogbank = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(fogbank.stdout, 'data')
  const owner = fogbank.pid!
  if (process.getuid?.() === 0) assert.ok(processesOf(owner).length > 6, 'the sandboxes run')
  fogbank.kill('SIGKILL')
  await once(fogbank, 'exit')
  assert.equal(await eventually(() => processesOf(owner).length === 0), true, processesOf(owner).join())
  return owner
}

function assertNothingOf(owner: number, folder: string): void {
  assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(folder))
  assert.deepEqual(globSync(['', '*/', '*/*/*/'].map((above) => `/sys/fs/cgroup/${above}fogbank-${owner}-*`)), [])
}

test('kill -9 of Fogbank leaves no process, and the next start leaves no mount, no control group and no file', bounded, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-kill-'))
  const owner = await killed(folder)
  await openSandboxes({ driver: 'isolated', folder: join(folder, 'state'), log: quiet, path }).close()
  assertNothingOf(owner, folder)
  assert.deepEqual(readdirSync(join(folder, 'state')), [])
  rmSync(folder, { recursive: true, force: true })
})

test('the first function of any later Fogbank ends the mounts and control groups of one that has no next start', bounded, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-kill-'))
  const owner = await killed(folder)
  const place = openPlace()
  await (await place.start('return 1')).stop()
  assertNothingOf(owner, folder)
  await place.close()
  rmSync(folder, { recursive: true, force: true })
})
