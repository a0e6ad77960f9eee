import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { inTurn } from './in-turn.ts'

test('work of one key is done one after another, that of another key beside it; a failure holds up nothing', async () => {
  const turn = inTurn()
  const seen: string[] = []
  const work = (name: string, turns: number) => async () => {
    seen.push(`${name} begins`)
    for (let at = 0; at < turns; at++) await setImmediate()
    seen.push(`${name} ends`)
    if (name === 'b') throw new Error('no')
    return name
  }
  const all = await Promise.allSettled([turn('x', work('a', 3)), turn('x', work('b', 2)), turn('x', work('c', 1)), turn('y', work('d', 0))])
  assert.deepEqual(all.map(each => each.status === 'fulfilled' ? each.value : 'failed'), ['a', 'failed', 'c', 'd'])
  assert.deepEqual(seen.filter(each => !each.startsWith('d')), ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  assert.ok(seen.indexOf('d ends') < seen.indexOf('a ends'))
})
