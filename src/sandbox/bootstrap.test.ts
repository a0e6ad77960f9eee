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
  Object.keys(require.cache).filter((file) => file.includes('/nodejs/warm/')).length]`)
const bootstrap = join(import.meta.dirname, '../../runtimes/nodejs/bootstrap.cjs')
const assignment = JSON.stringify({
  environment: { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }, handler: 'index.handler', taskRoot: folder, layersRoot: '/opt',
})

/**
 * Starts a runtime as a pool does, answers its question for an assignment `delayMs` later, in two pieces where `cut` says so, and resolves
 * with its first response.
 */
async function firstResponse(delayMs: number, cut: boolean): Promise<unknown> {
  const child = spawn(process.execPath, [bootstrap, 'wait'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: {} })
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

const bounded = { timeout: 30_000 }

test('Node.js: one that is started for its function takes large events and several of them, from a file first, then from a socket', bounded, async () => {
  writeFileSync(join(folder, 'file.js'), `
    exports.handler = async (event) => {
      if (event.exitMs) setTimeout(() => process.exit(0), event.exitMs)
      return [event.length, process.argv.length, event.at?.(-1)]
    }`)
  const child = spawn(process.execPath, [bootstrap], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'], env: {} })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const channel = child.stdio[3] as Socket
  const answer = (body: string): void => {
    const head = 'Lambda-Runtime-Aws-Request-Id: r\r\nLambda-Runtime-Deadline-Ms: 1\r\n'
    channel.write(`HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const large = 'x'.repeat(300_000) + 'é'
  const events = ['[]', JSON.stringify(large), '"three"', '"four"', '{"exitMs":5}']
  const answers: string[] = []
  let heard = ''
  channel.on('data', (data) => {
    heard += data.toString('latin1')
    for (let end = heard.indexOf('\r\n\r\n'); end >= 0; end = heard.indexOf('\r\n\r\n')) {
      const length = Number(/Content-Length: (\d+)/.exec(heard.slice(0, end))?.[1] ?? 0)
      if (heard.length < end + 4 + length) return
      const [head, body] = [heard.slice(0, end), heard.slice(end + 4, end + 4 + length)]
      heard = heard.slice(end + 4 + length)
      if (head.includes('assignment')) answer(JSON.stringify({ ...JSON.parse(assignment), handler: 'file.handler' }))
      else if (head.includes('/next')) {
        const event = events.shift()
        if (event) answer(event)
      } else {
        answers.push(Buffer.from(body, 'latin1').toString())
        channel.write('HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n')
      }
    }
  })
  await ended
  assert.deepEqual(answers, ['[0,2,null]', '[300001,2,"é"]', '[5,2,"e"]', '[4,2,"r"]', '[null,2,null]'])
})

test('Node.js: process.exit between the first two invocations ends the process', bounded, async () => {
  writeFileSync(join(folder, 'leave.js'), 'exports.handler = async () => { setTimeout(() => process.exit(0), 20) }')
  const child = spawn(process.execPath, [bootstrap], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'], env: {} })
  const channel = child.stdio[3] as Socket
  const body = JSON.stringify({ ...JSON.parse(assignment), handler: 'leave.handler' })
  let asked = 0
  channel.on('data', (data) => {
    if (String(data).includes('assignment')) channel.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    if (String(data).includes('/next') && asked++ === 0) {
      channel.write('HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nLambda-Runtime-Deadline-Ms: 1\r\nContent-Length: 1\r\n\r\n7')
    }
  })
  await new Promise((resolve) => child.once('exit', resolve))
  assert.equal(asked, 2)
})
