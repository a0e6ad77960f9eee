import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

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
