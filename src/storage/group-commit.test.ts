import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StorageFullError, StoreClosedError } from '../platform/store-errors.ts'
import type { Driver } from './driver.ts'
import { memoryDriver } from './memory.ts'
import { transactionalStore } from './transactions.ts'

/** A durable driver of new keys only, whose syncs end, or whose batches are taken back, when the test says so. */
function slowDriver() {
  const memory = memoryDriver()
  let batch = new Map<string, undefined>()
  const syncs: { resolve: () => void, reject: (error: unknown) => void }[] = []
  const failing = { flush: undefined as Error | undefined }
  const driver: Driver = {
    ...memory,
    durable: true,
    apply(writes) {
      memory.apply(writes)
      for (const key of writes.keys()) batch.set(key, undefined)
    },
    flush() {
      const applied = batch
      batch = new Map()
      if (failing.flush) {
        memory.apply(applied)
        throw failing.flush
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      syncs.push({ resolve, reject })
      return promise
    },
  }
  return { driver, syncs, failing }
}

const turn = () => new Promise(setImmediate)
const one = Buffer.from('1')

/** Says whether a promise is settled, once all that can happen by itself has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false
  promise.then(() => { isDone = true }, () => { isDone = true })
  await turn()
  await turn()
  return isDone
}

test('the commits of a turn share one sync, and those that come during it share the next', async () => {
  const { driver, syncs } = slowDriver()
  const store = transactionalStore(driver)
  const first = Promise.all(['a', 'b', 'c'].map(key => store.transact(async tx => tx.put(key, one))))
  assert.equal(await isSettled(first), false)
  assert.equal(syncs.length, 1)
  const second = Promise.all(['d', 'e'].map(key => store.transact(async tx => tx.put(key, one))))
  assert.equal(await isSettled(second), false)
  assert.equal(syncs.length, 1)
  syncs[0]!.resolve()
  await first
  assert.equal(await isSettled(second), false)
  assert.equal(syncs.length, 2)
  syncs[1]!.resolve()
  await second
})

test('a reader of what is not yet durable waits for it, also when it throws; another reader does not', async () => {
  const { driver, syncs } = slowDriver()
  const store = transactionalStore(driver)
  const writer = store.transact(async tx => tx.put('a', one))
  await turn()
  const readers = [
    store.transact(tx => tx.get('a')),
    store.transact(tx => tx.range({ start: 'a', end: 'b' })),
    store.transact(async tx => { if (await tx.get('a')) throw new Error('it exists') }).catch(error => error),
  ]
  for (const reader of readers) assert.equal(await isSettled(reader), false)
  assert.equal(await isSettled(store.transact(tx => tx.get('b'))), true)
  assert.equal(await isSettled(store.transact(tx => tx.range({ start: 'b', end: 'c' }))), true)
  syncs[0]!.resolve()
  await Promise.all([writer, ...readers])
})

test('where a batch cannot be written, all of it fails, and the store goes on', async () => {
  const { driver, syncs, failing } = slowDriver()
  const store = transactionalStore(driver)
  failing.flush = new StorageFullError('no room')
  const outcomes = await Promise.allSettled(['a', 'b'].map(key => store.transact(async tx => tx.put(key, one))))
  assert.ok(outcomes.every(outcome => outcome.status === 'rejected' && outcome.reason === failing.flush))
  failing.flush = undefined
  const later = store.transact(async tx => tx.put('c', one))
  await turn()
  await turn()
  syncs[0]!.resolve()
  await later
})

test('whoever has read from a batch that was taken back begins again', async () => {
  const { driver, syncs, failing } = slowDriver()
  const store = transactionalStore(driver)
  failing.flush = new StorageFullError('no room')
  const writer = store.transact(async tx => tx.put('a', one))
  let tries = 0
  const reader = store.transact(async tx => {
    tries++
    await tx.get('a')
    await turn()
    await turn()
    tx.put('b', one)
  })
  await assert.rejects(writer, StorageFullError)
  failing.flush = undefined
  for (let turns = 0; turns < 10 && syncs.length === 0; turns++) await turn()
  syncs[0]!.resolve()
  await reader
  assert.equal(tries, 2)
})

test('a reader that waits for a batch that is then taken back reads again', async () => {
  const { driver, failing } = slowDriver()
  const store = transactionalStore(driver)
  failing.flush = new StorageFullError('no room')
  const writer = store.transact(async tx => tx.put('a', one))
  await Promise.resolve()
  const reader = store.transact(tx => tx.get('a'))
  const thrower = store.transact(async tx => { if (await tx.get('a')) throw new Error('it exists') })
  await assert.rejects(writer, StorageFullError)
  assert.equal(await reader, undefined)
  await thrower
})

test('whom a full disk takes from again and again what they read is told the reason, not of conflicts', async () => {
  const { driver, failing } = slowDriver()
  const store = transactionalStore(driver)
  failing.flush = new StorageFullError('no room')
  let isOver = false
  const writers = (async () => {
    while (!isOver) await store.transact(async tx => tx.put('a', one)).catch(() => undefined)
  })()
  const reader = store.transact(async tx => {
    while (!await tx.get('a')) await turn()
    await turn()
    await turn()
    tx.put('b', one)
  })
  await assert.rejects(reader, StorageFullError)
  isOver = true
  await writers
})

test('a failed sync stops the store: what is on the disk can no longer be known', async () => {
  const { driver, syncs } = slowDriver()
  const store = transactionalStore(driver)
  const writer = store.transact(async tx => tx.put('a', one))
  await turn()
  const waiting = store.transact(async tx => tx.put('b', one))
  await turn()
  syncs[0]!.reject(new Error('EIO'))
  await assert.rejects(writer, /EIO/)
  await assert.rejects(waiting, /EIO/)
  await assert.rejects(store.transact(tx => tx.get('a')), error => error instanceof StoreClosedError && /Restart/.test(error.message))
  await store.close()
})
