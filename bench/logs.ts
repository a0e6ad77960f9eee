import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUsageMeter } from '../src/platform/usage.ts'
import { virtualClock } from '../src/platform/clock.ts'
import { silentLogger } from '../src/platform/logging.ts'
import { logs as service } from '../src/services/logs/service.ts'
import { startCloud } from '../src/testing/index.ts'
import { inTurn, machine, median } from './measure.ts'

// Events per second: taken in (durable batches), filtered, queried; the floor of reading is a file of the same lines, parsed and tested in a loop.
const events = 50_000
const batch = 100
const folder = await mkdtemp(join(tmpdir(), 'fogbank-bench-logs-'))
const cloud = await startCloud({ services: [service], dataFolder: join(folder, 'data') })
const { logs } = cloud.aws()
const now = cloud.clock.now()
const lineOf = (n: number) => JSON.stringify({ level: n % 10 === 0 ? 'ERROR' : 'INFO', latency: n % 977, path: `/items/${n % 50}`, requestId: `request-${n}` })
const rate = async (count: number, work: () => Promise<unknown>) => {
  const start = performance.now()
  await work()
  return count / (performance.now() - start) * 1000
}

await logs.CreateLogGroup({ logGroupName: 'g' })
for (let stream = 0; stream < 4; stream++) await logs.CreateLogStream({ logGroupName: 'g', logStreamName: `s${stream}` })
const taken = await rate(events, () => Promise.all([0, 1, 2, 3].map(async stream => {
  for (let at = stream * batch; at < events; at += 4 * batch) {
    const logEvents = Array.from({ length: batch }, (_, n) => ({ timestamp: now + at + n, message: lineOf(at + n) }))
    await logs.PutLogEvents({ logGroupName: 'g', logStreamName: `s${stream}`, logEvents })
  }
})))
const file = join(folder, 'lines')
writeFileSync(file, Array.from({ length: events }, (_, n) => lineOf(n)).join('\n'))

async function query(queryString: string) {
  const { queryId } = await logs.StartQuery({ logGroupName: 'g', startTime: now, endTime: now + events, queryString })
  await cloud.settle()
  const { status, statistics } = await logs.GetQueryResults({ queryId })
  if (status !== 'Complete' || statistics?.recordsScanned !== events) throw new Error(`${status} ${statistics?.recordsScanned}`)
}
async function filter(filterPattern: string) {
  let nextToken: string | undefined
  do ({ nextToken } = await logs.FilterLogEvents({ logGroupName: 'g', filterPattern, ...nextToken && { nextToken } }))
  while (nextToken)
}
const figures = await inTurn(5, {
  'floor: file, JSON.parse, compare': () => rate(events, async () => {
    let found = 0
    for (const line of readFileSync(file, 'utf8').split('\n')) if (JSON.parse(line).level === 'ERROR') found++
    if (found !== events / 10) throw new Error('The floor is wrong.')
  }),
  'FilterLogEvents, a term': () => rate(events, () => filter('ERROR')),
  'FilterLogEvents, JSON': () => rate(events, () => filter('{ $.level = "ERROR" }')),
  'query: filter and limit': () => rate(events, () => query('filter level = "ERROR" | limit 20')),
  'query: stats by path': () => rate(events, () => query('stats avg(latency), count(*) by path')),
})
const meter = createUsageMeter({ store: { transact: async () => undefined as never, close: async () => {} }, clock: virtualClock(0), log: silentLogger })
const record = {
  account: '000000000000', region: 'us-east-1', service: 'AWSLambda', usageType: 'Request', operation: 'Invoke', resource: 'arn:f',
  quantity: 1, unit: 'Requests', at: 1e12,
}
const metered = await rate(1e6, async () => { for (let n = 0; n < 1e6; n++) meter.record(record) })

console.log(machine())
console.log(`taken in, durable, batches of ${batch}, 4 writers: ${Math.round(taken)}/s`)
const floor = median(figures['floor: file, JSON.parse, compare']!)
for (const [name, rates] of Object.entries(figures)) console.log(`${name}: ${Math.round(median(rates))}/s = ${(median(rates) / floor).toFixed(2)} x the floor`)
console.log(`usage records: ${(1e9 / metered).toFixed(0)} ns each`)
await cloud.stop()
await rm(folder, { recursive: true, force: true })
