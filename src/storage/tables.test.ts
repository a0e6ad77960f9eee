import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryDriver } from './memory.ts'
import { transactionalStore } from './transactions.ts'
import { encodeKey, type KeyPart } from '../platform/key-encoding.ts'
import { bindTables, table, type ListOptions } from '../platform/tables.ts'
import { decodeValue, encodeValue } from '../platform/value-encoding.ts'

const place = { account: '123456789012', region: 'eu-west-1' }
interface Item { group: string, number: number, note?: string | undefined }
const definitions = {
  items: table<Item>()({ name: 'items', key: row => [row.group, row.number] }),
  users: table<{ name: string }>()({ name: 'users', key: row => [row.name], scope: 'account' }),
  buckets: table<{ name: string }>()({ name: 'buckets', key: row => [row.name], scope: 'cloud' }),
}
const newStore = () => transactionalStore(memoryDriver())

/** A small generator of numbers with a seed, so that a failure can be repeated. */
function randomNumbers(seed: number) {
  return (below: number) => {
    seed = Math.imul(seed ^ seed >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0
    return (seed >>> 0) % below
  }
}

test('shared: one frozen row for all readers, and another as soon as it is written anew or gone', async () => {
  const store = newStore()
  const { items } = bindTables('test', definitions, store, place)
  await items.put({ group: 'g', number: 1, note: 'first' })
  const first = await items.shared('g', 1)
  assert.equal(await items.shared('g', 1), first)
  assert.notEqual(await items.get('g', 1), first)
  assert.throws(() => { (first as Item).note = 'changed' }, TypeError)
  await items.put({ group: 'g', number: 1, note: 'second' })
  assert.deepEqual(await items.shared('g', 1), { group: 'g', number: 1, note: 'second' })
  await assert.rejects(store.transact(async tx => {
    const inside = bindTables('test', definitions, tx, place).items
    await inside.put({ group: 'g', number: 1, note: 'third' })
    assert.equal((await inside.shared('g', 1))!.note, 'third')
    throw new Error('taken back')
  }), /taken back/)
  assert.equal((await items.shared('g', 1))!.note, 'second')
  await items.delete('g', 1)
  assert.equal(await items.shared('g', 1), undefined)
})

test('keys sort as their parts do', () => {
  const ordered: KeyPart[][] = [
    [new Uint8Array([])], [new Uint8Array([0])], [new Uint8Array([0, 0])], [new Uint8Array([0, 1])], [new Uint8Array([1])], [new Uint8Array([255])],
    [''], ['', 'x'], ['\0'], ['\0\0'], ['\x01'], ['a'], ['a', ''], ['a', 1], ['a\0'], ['a\0b'], ['ab'], ['é'], ['\ud800'], ['\uffee'], ['😀'],
    [false], [true],
    [-Infinity], [-1e300], [-2], [-1.5], [-Number.MIN_VALUE], [0], [Number.MIN_VALUE], [1], [1, 'a'], [1.5], [2 ** 53], [1e300], [Infinity],
    [-(2n ** 200n)], [-256n], [-255n], [-1n], [0n], [1n], [255n], [256n], [2n ** 64n], [2n ** 200n],
  ]
  const encoded = ordered.map(encodeKey)
  assert.deepEqual(encoded.toSorted((a, b) => a < b ? -1 : 1), encoded)
  assert.equal(new Set(encoded).size, encoded.length)
  assert.equal(encodeKey([-0]), encodeKey([0]))
  assert.ok(encoded.every(key => /^[\0-\xff]*$/.test(key)))
  assert.throws(() => encodeKey([NaN]), TypeError)
  assert.throws(() => encodeKey([undefined as never]), TypeError)
})

test('rows carry bytes, dates and bigints, and leave out what is undefined', () => {
  const row = { bytes: new Uint8Array([1, 2]), date: new Date(5), small: 5n, big: 2n ** 70n, negative: -3n, float: 1.5, integer: 2 ** 45,
    none: null, list: ['a', { b: true }], text: 'é😀' }
  assert.deepEqual(decodeValue(encodeValue({ ...row, gone: undefined, list: ['a', { b: true, gone: undefined }] })), row)
  const bytes = encodeValue(row)
  ;(decodeValue(bytes) as typeof row).bytes[0] = 9
  assert.equal((decodeValue(bytes) as typeof row).bytes[0], 1)
})

test('list: equals a filter of the sorted rows, for every combination of bounds', async () => {
  const random = randomNumbers(7)
  const groups = ['', 'a', 'a\0', 'aa', 'b', 'é']
  const rows: Item[] = groups.flatMap(group => [-2, -1, 0, 1.5, 3].filter(() => random(4) > 0).map(number => ({ group, number })))
  const store = newStore()
  const { items } = bindTables('test', definitions, store, place)
  for (const row of rows.toSorted(() => random(2) - 0.5)) await items.put(row)
  const compare = (a: readonly KeyPart[], b: readonly KeyPart[]) => encodeKey(a) < encodeKey(b) ? -1 : encodeKey(a) > encodeKey(b) ? 1 : 0
  const begins = (key: readonly KeyPart[], parts: readonly KeyPart[]) => parts.every((part, at) => key[at] === part)
  const anyKey = () => [groups[random(groups.length)]!, ...random(3) > 0 ? [[-2, -1, 0, 1.5, 2, 3][random(6)]!] : []]
  for (let round = 0; round < 3000; round++) {
    const options: ListOptions = { reverse: random(2) === 0 }
    if (random(3) === 0) options.prefix = [groups[random(groups.length)]!]
    if (random(3) === 0) options.after = anyKey()
    if (random(3) === 0) options.from = anyKey()
    if (random(3) === 0) options.before = anyKey()
    if (random(3) === 0) options.limit = random(6)
    const { prefix = [], after, from, before, limit = Infinity, reverse } = options
    let expected = rows.filter(({ group, number }) => {
      const key = [group, number]
      return begins(key, prefix) && (!after || compare(key, after) > 0 && !begins(key, after))
        && (!from || compare(key, from) >= 0) && (!before || compare(key, before) < 0)
    }).sort((a, b) => compare([a.group, a.number], [b.group, b.number]))
    if (reverse) expected.reverse()
    expected = expected.slice(0, limit)
    assert.deepEqual(await items.list(options), expected, JSON.stringify(options))
    assert.deepEqual(await Array.fromAsync(items.each(options)), expected, JSON.stringify(options))
  }
})

test('each: reads many rows in pages, both ways, and to its limit', async () => {
  const store = newStore()
  await store.transact(async tx => {
    const { items } = bindTables('test', definitions, tx, place)
    for (let number = 0; number < 1000; number++) await items.put({ group: 'g', number })
    assert.equal((await Array.fromAsync(items.each())).length, 1000)
    const last = await Array.fromAsync(items.each({ reverse: true, limit: 450 }))
    assert.deepEqual(last.map(row => row.number), Array.from({ length: 450 }, (_, at) => 999 - at))
  })
})

test('rows are held apart by service, table, account and region, as far as the scope of the table says', async () => {
  const store = newStore()
  const bind = (service: string, account: string, region: string) => bindTables(service, definitions, store, { account, region })
  const here = bind('test', '1', 'r1')
  await here.items.put({ group: 'g', number: 1 })
  await here.users.put({ name: 'u' })
  await here.buckets.put({ name: 'b' })
  const seen = async (service: string, account: string, region: string) => {
    const { items, users, buckets } = bind(service, account, region)
    return [(await items.list()).length, (await users.list()).length, (await buckets.list()).length]
  }
  assert.deepEqual(await seen('test', '1', 'r1'), [1, 1, 1])
  assert.deepEqual(await seen('test', '1', 'r2'), [0, 1, 1])
  assert.deepEqual(await seen('test', '2', 'r1'), [0, 0, 1])
  assert.deepEqual(await seen('test2', '1', 'r1'), [0, 0, 0])
})

test('a key is typed by the definition', async () => {
  const { items } = bindTables('test', definitions, newStore(), place)
  await items.put({ group: 'g', number: 1, note: undefined })
  assert.deepEqual(await items.get('g', 1), { group: 'g', number: 1 })
  // @ts-expect-error: the number is missing.
  assert.equal(await items.get('g'), undefined)
  await items.delete('g', 1)
  assert.equal(await items.get('g', 1), undefined)
  await assert.rejects(items.list({ limit: -1 }), RangeError)
})
