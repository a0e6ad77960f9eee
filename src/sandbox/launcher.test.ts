import { strict as assert } from 'node:assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { attempt, call, listFd, listOf, writeLauncher } from './launcher.ts'
import type { Step } from './launcher.ts'
import { startChild } from './spawn.ts'

const folder = mkdtempSync(join(tmpdir(), 'fogbank-launcher-'))
const launcher = join(folder, 'launcher')
writeLauncher(launcher)
after(() => rmSync(folder, { recursive: true, force: true }))

async function run(steps: Step[]): Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }> {
  const list = join(folder, 'list')
  writeFileSync(list, listOf([call('close', listFd), ...steps]))
  const child = startChild(launcher, [], { file: { fd: listFd, path: list } })
  const [stdout, stderr, { code, signal }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  return { code, signal, stdout, stderr }
}
const shell = (script: string, ...variables: string[]): Step => call('execve', '/bin/sh', ['sh', '-c', script], variables)

test('the launcher makes its calls in turn and becomes a program', async () => {
  assert.deepEqual(await run([call('write', 1, 'one ', 4), shell('echo "$A" two', 'A=and')]), { code: 0, signal: null, stdout: 'one and two\n', stderr: '' })
})

test('a call that fails is named, its error is the exit code, and nothing follows', async () => {
  const { code, stdout, stderr } = await run([call('mkdirat', -100, '/nowhere/at/all', 0o755), shell('echo on')])
  assert.deepEqual([code, stdout, stderr], [2, '', 'mkdirat /nowhere/at/all'])
})

test('where a call may fail, the next one follows', async () => {
  assert.equal((await run([attempt('mkdirat', -100, '/nowhere/at/all', 0o755), shell('echo on')])).stdout, 'on\n')
})

test('a forked child goes its own way; its parent waits for it and ends as it did', async () => {
  const forked = (script: string): Step[] => [{ fork: [shell(script)] }, call('write', 1, 'P', 1), { wait: true }]
  assert.deepEqual([(await run(forked('exit 7'))).code, (await run(forked('kill -9 $$'))).code], [7, 128 + 9])
  const nested = await run([{ fork: [{ fork: [shell('exit 3')] }, { wait: true }] }, { wait: true }])
  assert.equal(nested.code, 3)
})

test('whoever waits takes over the children of those that ended before', async () => {
  const orphan = '(sleep 0.05; exit 9) & exit 4'
  assert.equal((await run([call('prctl', 36, 1), { fork: [shell(orphan)] }, { wait: true }])).code, 4)
})

test('a list that is too long is refused before anything starts', () => {
  assert.throws(() => listOf([shell('true', `A=${'a'.repeat(70_000)}`)]), /64 KB/)
})
