import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGate } from './starts.ts'

test('so many starts begin at a time, in the order in which they asked; a word that is taken back is not called', async () => {
  const gate = startGate(2)
  const begun: string[] = []
  const running = new Map<string, PromiseWithResolvers<void>>()
  const ask = (name: string) => gate.ask(() => {
    begun.push(name)
    running.set(name, Promise.withResolvers<void>())
    gate.hold(running.get(name)!.promise)
  })
  ask('a')
  ask('b')
  ask('c')
  const takeBack = ask('d')
  ask('e')
  assert.deepEqual(begun, ['a', 'b'])
  takeBack()
  running.get('a')!.resolve()
  await running.get('a')!.promise
  running.get('b')!.reject(new Error('no sandbox'))
  await running.get('b')!.promise.catch(() => {})
  await Promise.resolve()
  assert.deepEqual(begun, ['a', 'b', 'c', 'e'])
})
