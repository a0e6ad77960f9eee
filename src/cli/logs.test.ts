import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { call } from '../services/call/service.ts'
import { logs as logsService } from '../services/logs/service.ts'
import { startCloud, type TestCloud } from '../testing/index.ts'
import { command, sinceMs } from './logs.ts'
import { painter, tableOf } from './text.ts'

let cloud: TestCloud
before(async () => {
  cloud = await startCloud({ services: [call, logsService], startMs: Date.now() })
  const { logs } = cloud.aws()
  await logs.CreateLogGroup({ logGroupName: '/g' })
  await logs.CreateLogStream({ logGroupName: '/g', logStreamName: 's' })
  const messages = ['START RequestId: x', 'ERROR it broke', 'a WARNING', 'fine\n']
  const logEvents = messages.map((message, at) => ({ timestamp: cloud.clock.now() - 7_200_000 + at * 3_000_000, message }))
  await logs.PutLogEvents({ logGroupName: '/g', logStreamName: 's', logEvents })
})
after(() => cloud.stop())

async function run(args: string[], { isTTY = false, environment = {} }: { isTTY?: boolean, environment?: Record<string, string> } = {}) {
  let out = ''
  const sink = { isTTY, write: (text: string) => out += text }
  const code = await command.run(args, { stdout: sink, stderr: sink, workingFolder: '/', environment: { FOGBANK_ENDPOINT: cloud.endpoint, ...environment } })
  return { code, lines: out.split('\n').filter(line => line !== '') }
}

test('logs: plain lines with their time where nobody watches, colours on a terminal, none with NO_COLOR', async () => {
  const plain = (await run(['/g'])).lines
  assert.equal(plain.length, 4)
  assert.match(plain[1]!, /^\d{4}-\d\d-\d\dT[\d:.]+Z ERROR it broke$/)
  const coloured = (await run(['/g'], { isTTY: true })).lines.map(line => line.split(' ').slice(1).join(' '))
  assert.deepEqual(coloured, ['\x1b[2mSTART RequestId: x\x1b[0m', '\x1b[31mERROR it broke\x1b[0m', '\x1b[33ma WARNING\x1b[0m', 'fine'])
  assert.deepEqual((await run(['/g'], { isTTY: true, environment: { NO_COLOR: '1' } })).lines, plain)
})

test('logs --since: as long ago as it says, or from a time; --filter: what a pattern matches', async () => {
  assert.equal((await run(['/g', '--since', '1h'])).lines.length, 2)
  assert.equal((await run(['/g', '--since', new Date(cloud.clock.now() - 7_200_000).toISOString()])).lines.length, 4)
  assert.equal((await run(['/g', '--filter', 'ERROR'])).lines.length, 1)
  const refused = await run(['/g', '--since', 'soon'])
  assert.deepEqual(refused, { code: 2, lines: ['fogbank: --since takes 30s, 10m, 2h, 1d, 1w or a time like 2026-01-31T12:00:00Z, not soon.'] })
  assert.equal(sinceMs('2d', 1e12), 1e12 - 172_800_000)
  assert.match((await run(['/none'])).lines[0]!, /^fogbank: \/none does not exist/)
})

test('tables: columns are as wide as their widest cell, numbers to the right', () => {
  const table = tableOf(['Name', 'N'], [['a', '1'], ['bcdef', '20']], { right: [1], foot: ['All', '21'] })
  assert.equal(table, 'Name    N\n-----  --\na       1\nbcdef  20\n-----  --\nAll    21\n')
  assert.equal(painter({ isTTY: true }, { TERM: 'dumb' }).red('x'), 'x')
})
