import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'fogbank-bootstrap-'))
after(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'index.js'), `exports.handler = async (event) => [event, require.main === undefined, process.env._X_AMZN_TRACE_ID ?? 'none',
  Object.keys(require.cache).filter((file) => file.includes('warm')).length]`)
const bootstrap = join(import.meta.dirname, '../../runtimes/nodejs/bootstrap.cjs')
const assignment = JSON.stringify({
  environment: { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }, handler: 'index.handler', taskRoot: folder, layersRoot: '/opt',
})

/** Starts a runtime, answers its question for an assignment `delayMs` later, in two pieces where `cut` says so, and resolves with its first response. */
async function firstResponse(delayMs: number, cut: boolean): Promise<unknown> {
  const child = spawn(process.execPath, [bootstrap], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: {} })
  const channel = child.stdio[3] as Socket
  let heard = ''
  const until = (words: RegExp): Promise<RegExpExecArray> => new Promise((resolve, reject) => {
    const look = (): void => { const match = words.exec(heard); if (match) resolve(match) }
    channel.on('data', look).on('close', () => reject(new Error(`The runtime ended after ${heard}`)))
    look()
  })
  channel.on('data', (data) => { heard += String(data) })
  try {
    await until(/assignment/)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${assignment.length}\r\n\r\n${assignment}`
    channel.write(cut ? answer.slice(0, 50) : answer)
    if (cut) setTimeout(() => channel.write(answer.slice(50)), 3)
    await until(/invocation\/next/)
    channel.write('HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nLambda-Runtime-Deadline-Ms: 1\r\nContent-Length: 1\r\n\r\n7')
    const [, body] = await until(/invocation\/r\/response [^]*?\r\n\r\n(.*\])/)
    return JSON.parse(body!)
  } finally {
    child.kill('SIGKILL')
  }
}

test('Node.js: an assignment that comes while the runtime warms itself up is served, and nothing of the warming is seen', { timeout: 30_000 }, async () => {
  for (let round = 0; round < 2; round++) {
    const delays = [27, 30, 33, 36, 40, 120].map((delayMs) => delayMs + round)
    const answers = await Promise.all(delays.map((delayMs, n) => firstResponse(delayMs, n % 2 === 1)))
    for (const answer of answers) assert.deepEqual(answer, [7, true, 'none', 0])
  }
})
