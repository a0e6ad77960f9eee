import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../contracts/store.ts'
import { openStore } from '../storage/open.ts'
import { virtualClock } from './clock.ts'
import { silentLogger } from './logging.ts'
import { createOutbox, type Deliver, type NewOutboxRow, type OutboxRow } from './outbox.ts'

const start = 1000
const newRow = (payload: unknown, more: Partial<NewOutboxRow> = {}): NewOutboxRow =>
  ({ service: 's', task: 't', account: '', region: '', payload, at: start, ...more })

async function outboxOn(deliver: Deliver, store?: Store) {
  store ??= await openStore({ memory: true })
  const clock = virtualClock(start)
  const outbox = createOutbox({ store, clock, log: silentLogger, deliver })
  const queue = async (...rows: NewOutboxRow[]): Promise<OutboxRow[]> => {
    const added = await store.transact(tx => outbox.add(tx, rows))
    outbox.accept(added, [])
    return added
  }
  const advance = (ms: number) => clock.advance(ms, () => outbox.settle())
  return { store, clock, outbox, queue, advance }
}

test('rows are delivered when they are due, in the order of their times, and none twice', async () => {
  const done: unknown[] = []
  const { outbox, queue, advance } = await outboxOn(async row => void done.push(row.payload))
  await outbox.start()
  // Pushed so that the heap has to move rows up and down.
  const times = [50, 20, 90, 10, 70, 30, 80, 40, 60, 0, 20]
  await queue(...times.map((ms, at) => newRow(`${ms}.${at}`, { at: start + ms })))
  await outbox.settle()
  assert.deepEqual(done, ['0.9'])
  await advance(45)
  assert.deepEqual(done, ['0.9', '10.3', '20.1', '20.10', '30.5', '40.7'])
  await advance(1000)
  assert.deepEqual(done.slice(6), ['50.0', '60.8', '70.4', '80.6', '90.2'])
  assert.equal(outbox.outstanding, 0)
})

test('rows of one order key are done one after another; others do not wait', async () => {
  const gate = Promise.withResolvers<void>()
  const done: unknown[] = []
  const { outbox, queue } = await outboxOn(async row => {
    if (row.payload === 'a1') await gate.promise
    done.push(row.payload)
  })
  await outbox.start()
  await queue(newRow('a1', { order: 'a' }), newRow('a2', { order: 'a' }), newRow('b1', { order: 'b' }), newRow('free'))
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
  assert.deepEqual(done, ['b1', 'free'])
  gate.resolve()
  await outbox.settle()
  assert.deepEqual(done, ['b1', 'free', 'a1', 'a2'])
  await queue(newRow('a3', { order: 'a' }))
  await outbox.settle()
  assert.equal(done.at(-1), 'a3')
})

test('what fails is tried again after half a second, then twice as long each time, five minutes at most; its order key waits for it', async () => {
  const tries: [unknown, number, number][] = []
  const { outbox, queue, advance, clock } = await outboxOn(async row => {
    tries.push([row.payload, clock.now() - start, row.attempts])
    if (row.payload === 'bad' && row.attempts < 12) throw new Error('no')
  })
  await outbox.start()
  await queue(newRow('bad', { order: 'o' }), newRow('after', { order: 'o' }))
  await outbox.settle()
  await advance(3499)
  assert.deepEqual(tries, [['bad', 0, 0], ['bad', 500, 1], ['bad', 1500, 2]])
  await advance(1)
  assert.deepEqual(tries.at(-1), ['bad', 3500, 3])
  await advance(3_600_000)
  const at = tries.filter(([payload]) => payload === 'bad').map(([, ms]) => ms)
  assert.equal(at[12]! - at[11]!, 300_000)
  assert.deepEqual(tries.at(-1)!.slice(0, 2), ['after', at[12]])
})

test('a row that another with its id replaces, or that is taken back, is not done', async () => {
  const done: unknown[] = []
  const { store, outbox, queue, advance } = await outboxOn(async row => void done.push(row.payload))
  await outbox.start()
  await queue(newRow('first', { id: 'x', at: start + 10 }), newRow('back', { id: 'y', at: start + 10 }))
  await queue(newRow('second', { id: 'x', at: start + 20 }))
  await store.transact(tx => outbox.remove(tx, 'y'))
  outbox.accept([], ['y'])
  await advance(15)
  assert.deepEqual(done, [])
  await advance(15)
  assert.deepEqual(done, ['second'])
})

test('a row that queues itself anew while it runs is done again, once', async () => {
  const done: unknown[] = []
  const made = await outboxOn(async row => {
    done.push(row.payload)
    if (row.payload === 1) await made.queue(newRow(2, { id: 'x' }))
  })
  await made.outbox.start()
  await made.queue(newRow(1, { id: 'x' }))
  await made.outbox.settle()
  assert.deepEqual(done, [1, 2])
  assert.equal(made.outbox.outstanding, 0)
})

test('the next process delivers what this one left, in its order, and counts on', async () => {
  const { store, outbox, queue } = await outboxOn(async () => {})
  const [last] = (await queue(newRow('a', { order: 'o' }), newRow('b', { order: 'o' }), newRow('c', { order: 'o' }))).slice(-1)
  await outbox.stop()
  const done: unknown[] = []
  const next = await outboxOn(async row => void done.push(row.payload), store)
  await next.outbox.start()
  await next.outbox.settle()
  assert.deepEqual(done, ['a', 'b', 'c'])
  assert.ok((await next.queue(newRow('d')))[0]!.sequence > last!.sequence)
  await next.outbox.settle()
  const third = await outboxOn(async () => assert.fail('all was done'), store)
  await third.outbox.start()
  await third.outbox.settle()
})

test('nothing is delivered before the start, nor after the stop', async () => {
  const done: unknown[] = []
  const { outbox, queue, advance } = await outboxOn(async row => void done.push(row.payload))
  await queue(newRow('early'))
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate)
  assert.deepEqual(done, [])
  await outbox.start()
  await outbox.settle()
  assert.deepEqual(done, ['early'])
  await queue(newRow('late', { at: start + 10 }))
  await outbox.stop()
  await advance(20)
  assert.deepEqual(done, ['early'])
})

test('a delivery that the store could not take off the list is not made again: only its row is, until it can be', async () => {
  const whole = await openStore({ memory: true })
  let isFull = false
  const store: Store = { transact: work => isFull ? Promise.reject(new Error('full')) : whole.transact(work), close: () => whole.close() }
  const done: unknown[] = []
  const { outbox, queue, advance } = await outboxOn(async row => {
    done.push(row.payload)
    isFull = true
  }, store)
  await outbox.start()
  await queue(newRow('once'))
  await outbox.settle()
  await advance(1000)
  assert.deepEqual([done, outbox.outstanding], [['once'], 1])
  isFull = false
  await advance(10_000)
  assert.deepEqual([done, outbox.outstanding], [['once'], 0])
  const next = await outboxOn(async row => void done.push(row.payload), whole)
  await next.outbox.start()
  await next.outbox.settle()
  assert.deepEqual(done, ['once'])
})

test('a delivery that waits for what time alone brings is not under way: settle does not wait for it, nor the clock', async () => {
  const done: unknown[] = []
  const { outbox, queue, advance, clock } = await outboxOn(async (row, rest) => {
    const passed = (ms: number) => rest(new Promise<void>(resolve => void clock.at(clock.now() + ms, resolve)))
    await Promise.all([passed(500), passed(800)])
    done.push(row.payload)
  })
  await outbox.start()
  await queue(newRow('rested'))
  await outbox.settle()
  assert.deepEqual(done, [])
  await advance(600)
  assert.deepEqual(done, [])
  await advance(300)
  assert.deepEqual([done, outbox.outstanding], [['rested'], 0])
})
