import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sequences } from './sequences.ts'

const form = {
  write: ({ ms, counter }: { ms: number, counter: number }) => `${ms}.${counter}`,
  read: (text: string) => ({ ms: Number(text.split('.')[0]), counter: Number(text.split('.')[1]) }),
}

/** A transaction that ends when it is told to. */
function transaction(nowMs: number) {
  const callbacks: (() => void)[] = []
  return { now: () => nowMs, onEnd: (callback: () => void) => void callbacks.push(callback), end: () => { for (const callback of callbacks) callback() } }
}

const none = async () => undefined

test('numbers rise, also when the clock goes back, and go on after the newest in the store', async () => {
  const numbers = sequences(form)
  assert.deepEqual(await numbers.allot(transaction(100), 'log', 2, none), ['100.1', '100.2'])
  assert.deepEqual(await numbers.allot(transaction(90), 'log', 1, none), ['100.3'])
  assert.deepEqual(await sequences(form).allot(transaction(50), 'log', 1, async () => '200.7'), ['200.8'])
})

test('a reader stops before the lowest number whose transaction has not ended', async () => {
  const numbers = sequences(form)
  const [one, two] = [transaction(100), transaction(100)]
  const first = await numbers.allot(one, 'log', 1, none)
  await numbers.allot(two, 'log', 1, none)
  first.shift()
  assert.equal(numbers.horizon('log'), '100.1')
  two.end()
  assert.equal(numbers.horizon('log'), '100.1')
  one.end()
  assert.equal(numbers.horizon('log'), undefined)
  assert.equal(numbers.horizon('another'), undefined)
})
