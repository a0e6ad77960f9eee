import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSandboxes } from '../../src/sandbox/open.ts'
import { eventually, path, processesOf, quiet, skip } from './helpers.ts'

test('kill -9 of Fogbank leaves no process, and the next start leaves no mount, no control group and no file', { skip, timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-kill-'))
  const fogbank = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(fogbank.stdout, 'data')
  const owner = fogbank.pid!
  if (process.getuid?.() === 0) assert.ok(processesOf(owner).length > 6, 'the sandboxes run')
  fogbank.kill('SIGKILL')
  await once(fogbank, 'exit')
  assert.equal(await eventually(() => processesOf(owner).length === 0), true, processesOf(owner).join())
  await openSandboxes({ driver: 'isolated', folder: join(folder, 'state'), log: quiet, path }).close()
  assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(folder))
  assert.deepEqual(globSync([`/sys/fs/cgroup/fogbank-${owner}`, `/sys/fs/cgroup/*/fogbank-${owner}`]), [])
  assert.deepEqual(readdirSync(join(folder, 'state')), [])
  rmSync(folder, { recursive: true, force: true })
})
