import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../hostile/helpers.ts'

const bootstrap = join(import.meta.dirname, '../../runtimes/nodejs/bootstrap.cjs')

// Fogbank may be killed at any moment of a function's life; outside of a sandbox nothing else ends its runtime.
for (const [when, code] of [
  ['while its init fails', 'setTimeout(() => { throw new Error("late") }, 50)\nawait new Promise(() => {})\nexport const handler = 1'],
  ['while its init goes on', 'await new Promise(done => setTimeout(done, 50))\nexport const handler = async () => 1'],
  ['while it prints', 'setInterval(() => console.log("x".repeat(1e5)), 1)\nexport const handler = async () => 1'],
]) {
  test(`Node.js: a runtime whose Fogbank is gone ends, ${when}`, { timeout: 20_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fogbank-left-'))
    writeFileSync(join(folder, 'index.mjs'), code!)
    const child = spawn(process.execPath, [bootstrap], { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], env: {} })
    const ended = new Promise<unknown>(resolve => child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal)))
    const channel = child.stdio[3] as Socket
    channel.once('data', () => {
      const environment = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', LAMBDA_TASK_ROOT: folder }
      const assignment = JSON.stringify({ environment, handler: 'index.handler', taskRoot: folder, layersRoot: folder })
      channel.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${assignment.length}\r\n\r\n${assignment}`, () => {
        for (const stream of child.stdio) stream?.destroy()
      })
    })
    assert.notEqual(await ended, undefined)
    rmSync(folder, { recursive: true })
  })
}

test('process driver: a function that is frozen goes with a Fogbank that is killed', { skip: process.platform !== 'linux', timeout: 20_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-left-'))
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => process.pid')
  const fogbank = spawn(process.execPath, ['--input-type=module', '-e', `
    import { openPlace, invocation, read } from ${JSON.stringify(join(import.meta.dirname, 'place.ts'))}
    const { environment } = await openPlace('process').start(${JSON.stringify(folder)})
    const pid = read(await environment.invoke(invocation()))
    await environment.freeze()
    console.log(pid)
    setInterval(() => {}, 1000)`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(String((await once(fogbank.stdout, 'data'))[0]))
  // A signal stops a process that runs on another processor a little later.
  const stopped = await eventually(() => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
  fogbank.kill('SIGKILL')
  assert.ok(stopped)
  assert.equal(await eventually(() => !existsSync(`/proc/${pid}`)), true)
  rmSync(folder, { recursive: true })
})
