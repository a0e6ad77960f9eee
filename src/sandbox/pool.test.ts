import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Runtime } from '../contracts/sandbox.ts'
import { warmPool } from './pool.ts'

const node = (name: string): Runtime => ({ name, executable: '/usr/bin/node', version: '24.0.0', exact: true })

function openPool(size: number) {
  const started: { name: string, end: () => void, destroyed: boolean }[] = []
  const pool = warmPool({
    size,
    start: ({ name }) => {
      let end = (): void => {}
      const exited = new Promise<void>((resolve) => { end = resolve })
      const sandbox = { name, destroyed: false, ready: Promise.resolve(), exited, end: () => end(), destroy: async () => { sandbox.destroyed = true } }
      started.push(sandbox)
      return sandbox
    },
  })
  return { pool, started }
}

test('the pool grows with use, up to its size, and hands out the oldest', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { pool, started } = openPool(2)
  assert.equal(pool.take(node('nodejs22.x')), started[0])
  context.mock.timers.tick(100)
  assert.equal(started.length, 2)
  assert.equal(pool.take(node('nodejs24.x')), started[1])
  context.mock.timers.tick(100)
  assert.equal(started.length, 4)
  assert.equal(pool.take(node('nodejs22.x')), started[2])
  context.mock.timers.tick(100)
  assert.equal(started.length, 5)
})

test('prepare() starts one; one that ends while it waits is replaced by the next use, not handed out', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { pool, started } = openPool(2)
  pool.prepare(node('nodejs22.x'))
  pool.prepare(node('nodejs22.x'))
  context.mock.timers.tick(100)
  assert.equal(started.length, 1)
  started[0]!.end()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(started[0]!.destroyed, true)
  assert.equal(pool.take(node('nodejs22.x')), started[1])
})

test('a pool of size 0 starts what is asked for and nothing else', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const { pool, started } = openPool(0)
  pool.prepare(node('nodejs22.x'))
  assert.equal(pool.take(node('nodejs22.x')), started[0])
  context.mock.timers.tick(100)
  assert.equal(started.length, 1)
})

test('the pool refills in a quiet moment, and in half a second where there is none', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let now = 0
  context.mock.method(performance, 'now', () => now)
  const { pool, started } = openPool(2)
  const pass = (ms: number): void => {
    now += ms
    context.mock.timers.tick(ms)
  }
  for (let count = 1; count <= 10; count++) {
    pool.take(node('nodejs24.x'))
    pass(40)
    assert.equal(started.length, count)
  }
  pass(60)
  assert.equal(started.length, 12)
  for (let count = 0; count < 13; count++) {
    pool.take(node('nodejs24.x'))
    pass(40)
  }
  assert.ok(started.length > 12 + 11, `${started.length} were started: two of the pool's beside those that were taken`)
})
