import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UsageRecord } from '../contracts/sinks.ts'
import { openStore } from '../storage/open.ts'
import { virtualClock } from './clock.ts'
import { silentLogger } from './logging.ts'
import { createUsageMeter } from './usage.ts'

const january = Date.UTC(2026, 0, 31, 23, 59, 59)
const used = (quantity: number, at: number, more: Partial<UsageRecord> = {}): UsageRecord =>
  ({
    account: '1', region: 'us-east-1', service: 'AWSLambda', usageType: 'Request', operation: 'Invoke', resource: 'f', quantity, unit: 'Requests', at,
    ...more,
  })

async function meterOn(startMs: number) {
  const store = await openStore({ memory: true })
  let commits = 0
  const counted = { ...store, transact: (work: any) => { commits++; return store.transact(work) }, close: () => store.close() } as typeof store
  const clock = virtualClock(startMs)
  const open = () => createUsageMeter({ store: counted, clock, log: silentLogger })
  return { store, clock, open, commits: () => commits }
}

test('usage is summed by month, account, region and resource, and outlives the process', async () => {
  const { clock, open } = await meterOn(january)
  const meter = open()
  for (let n = 0; n < 10; n++) meter.record(used(1, january))
  meter.record(used(5, january, { region: 'eu-west-1' }))
  meter.record(used(7, january, { account: '2' }))
  meter.record(used(3, january + 1000))
  await meter.close()
  const later = open()
  later.record(used(1, january))
  assert.deepEqual((await later.month('1', '2026-01')).map(sum => [sum.region, sum.quantity]), [['eu-west-1', 5], ['us-east-1', 11]])
  assert.deepEqual((await later.month('1', '2026-02')).map(sum => sum.quantity), [3])
  assert.equal((await later.month('2', '2026-01'))[0]!.quantity, 7)
  await clock.advance(10_000)
})

test('a thousand records are one commit, a second later; at rest there is none', async () => {
  const { clock, open, commits } = await meterOn(january)
  const meter = open()
  for (let n = 0; n < 1000; n++) meter.record(used(1, january))
  assert.equal(commits(), 0)
  await clock.advance(1000)
  assert.equal(commits(), 1)
  await clock.advance(60_000)
  assert.equal(commits(), 1)
})

test('what could not be written is written with the next', async () => {
  const { store, clock } = await meterOn(january)
  let broken = true
  const meter = createUsageMeter({
    store: { ...store, transact: (work: any) => broken ? Promise.reject(new Error('full')) : store.transact(work) } as typeof store, clock,
    log: silentLogger,
  })
  meter.record(used(2, january))
  await clock.advance(1000)
  broken = false
  meter.record(used(3, january))
  assert.equal((await meter.month('1', '2026-01'))[0]!.quantity, 5)
})

test('records of one operation that come in turn for several places, resources and months are summed apart', async () => {
  const { open } = await meterOn(january)
  const meter = open()
  for (let n = 0; n < 3; n++) {
    for (const more of [{}, { resource: 'g' }, { region: 'eu-west-1' }, { account: '2' }, { service: 'AmazonS3' }]) meter.record(used(1, january, more))
    meter.record(used(2, january + 1000))
  }
  const sums = async (account: string, month: string) =>
    (await meter.month(account, month)).map(({ service, region, resource, quantity }) => `${service} ${region} ${resource} ${quantity}`)
  assert.deepEqual(await sums('1', '2026-01'), ['AWSLambda eu-west-1 f 3', 'AWSLambda us-east-1 f 3', 'AWSLambda us-east-1 g 3', 'AmazonS3 us-east-1 f 3'])
  assert.deepEqual(await sums('1', '2026-02'), ['AWSLambda us-east-1 f 6'])
  assert.deepEqual(await sums('2', '2026-01'), ['AWSLambda us-east-1 f 3'])
  await meter.close()
})
