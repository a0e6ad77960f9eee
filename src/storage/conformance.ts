import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry, Store, Transaction } from '../contracts/store.ts'
import { ConflictError, StoreClosedError } from '../platform/store-errors.ts'

const bytes = (text: string) => Buffer.from(text)
const all = { start: '', end: '\xff\xff' }

/** What every store must do, whatever lies beneath it. `open` gives an empty one. */
export function conformance(name: string, open: () => Promise<Store>): void {
  describe(`${name} store`, { concurrency: false }, () => {
    reading(open)
    isolation(open)
    conflicts(open)
    failures(open)
    amounts(open)
  })
}

type Open = () => Promise<Store>

function it(title: string, open: Open, body: (store: Store) => Promise<void>): void {
  test(title, { timeout: 30_000 }, async () => {
    const store = await open()
    try {
      await body(store)
    } finally {
      await store.close()
    }
  })
}

async function text(tx: Transaction, key: string): Promise<string | undefined> {
  const value = await tx.get(key)
  return value && Buffer.from(value).toString()
}

function keysOf(entries: Entry[]): string {
  return entries.map(([key]) => key).join(' ')
}

/** A promise, and what resolves it: to let two transactions take turns. */
function signal() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { reached: promise, reach: resolve }
}

function reading(open: Open): void {
  it('reads what was written, and not what was deleted', open, async store => {
    await store.transact(async tx => { tx.put('a', bytes('1')); tx.put('b', bytes('2')) })
    await store.transact(async tx => { tx.delete('a'); tx.delete('none'); tx.put('b', bytes('3')) })
    assert.deepEqual(await store.transact(async tx => [await text(tx, 'a'), await text(tx, 'b')]), [undefined, '3'])
  })

  it('a transaction reads its own writes, in ranges too', open, async store => {
    await store.transact(async tx => { for (const key of 'bdfh') tx.put(key, bytes(key)) })
    await store.transact(async tx => {
      tx.put('a', bytes('new'))
      tx.put('e', bytes('new'))
      tx.put('f', bytes('new'))
      tx.delete('d')
      tx.delete('h')
      assert.deepEqual([await text(tx, 'f'), await text(tx, 'd')], ['new', undefined])
      assert.equal(keysOf(await tx.range(all)), 'a b e f')
      assert.equal(keysOf(await tx.range({ ...all, reverse: true })), 'f e b a')
      assert.equal(keysOf(await tx.range({ ...all, limit: 3 })), 'a b e')
      assert.equal(keysOf(await tx.range({ ...all, limit: 2, reverse: true })), 'f e')
      assert.equal(Buffer.from((await tx.range({ start: 'f', end: 'g' }))[0]![1]).toString(), 'new')
    })
  })

  it('a range is half open, ordered by bytes, and ends at its limit', open, async store => {
    const keys = ['', '\0', '\0\xff', 'a', 'a\0', 'a\xff', 'b', '\x7f', '\x80', '\xff']
    await store.transact(async tx => { for (const key of keys.toReversed()) tx.put(key, bytes('v')) })
    const read = (range: Parameters<Transaction['range']>[0]) => store.transact(async tx => (await tx.range(range)).map(([key]) => key))
    assert.deepEqual(await read(all), keys)
    for (let start = 0; start < keys.length; start++) {
      for (let end = 0; end < keys.length; end++) {
        const bounds = { start: keys[start]!, end: keys[end]! }
        const expected = keys.slice(start, Math.max(start, end))
        assert.deepEqual(await read(bounds), expected)
        assert.deepEqual(await read({ ...bounds, reverse: true }), expected.toReversed())
        assert.deepEqual(await read({ ...bounds, limit: 2 }), expected.slice(0, 2))
        assert.deepEqual(await read({ ...bounds, limit: 2, reverse: true }), expected.toReversed().slice(0, 2))
      }
    }
    assert.deepEqual(await read({ ...all, limit: 0 }), [])
  })
}

function isolation(open: Open): void {
  it('nobody sees the writes of a transaction before it has committed', open, async store => {
    const written = signal()
    const looked = signal()
    const writer = store.transact(async tx => { tx.put('a', bytes('1')); written.reach(); await looked.reached })
    await written.reached
    assert.equal(await store.transact(tx => text(tx, 'a')), undefined)
    looked.reach()
    await writer
    assert.equal(await store.transact(tx => text(tx, 'a')), '1')
  })

  it('a transaction never sees two states: a second key that has moved on makes it begin again', open, async store => {
    await store.transact(async tx => { tx.put('a', bytes('1')); tx.put('b', bytes('1')) })
    const seen: string[] = []
    let tries = 0
    await store.transact(async tx => {
      const a = await text(tx, 'a')
      if (++tries === 1) await store.transact(async other => { other.put('a', bytes('2')); other.put('b', bytes('2')) })
      seen.push(`${a}${await text(tx, 'b')}`)
    })
    assert.deepEqual([tries, seen], [2, ['22']])
  })

  it('a change of what it has not read does not disturb a transaction', open, async store => {
    let tries = 0
    const value = await store.transact(async tx => {
      tries++
      await tx.get('a')
      await tx.range({ start: 'p', end: 'q' })
      await store.transact(async other => other.put('b', bytes('2')))
      tx.put('c', bytes('3'))
      return text(tx, 'b')
    })
    assert.deepEqual([tries, value], [1, '2'])
  })

  it('two that read what the other writes do not both commit (write skew)', open, async store => {
    await store.transact(async tx => { tx.put('a', bytes('on')); tx.put('b', bytes('on')) })
    const leave = (mine: string, other: string) => store.transact(async tx => {
      const isOtherOn = await text(tx, other) === 'on'
      await new Promise(setImmediate)
      if (isOtherOn) tx.put(mine, bytes('off'))
    })
    await Promise.all([leave('a', 'b'), leave('b', 'a')])
    const on = await store.transact(async tx => [await text(tx, 'a'), await text(tx, 'b')].filter(state => state === 'on'))
    assert.equal(on.length, 1)
  })

  it('what a range did not hold is protected too (phantoms)', open, async store => {
    const insertIfEmpty = (key: string, reverse: boolean) => store.transact(async tx => {
      const found = await tx.range({ start: 'r', end: 's', limit: 1, reverse })
      await new Promise(setImmediate)
      if (found.length === 0) tx.put(key, bytes('x'))
    })
    await Promise.all([insertIfEmpty('r1', false), insertIfEmpty('r2', true), insertIfEmpty('r3', false)])
    assert.equal((await store.transact(tx => tx.range(all))).length, 1)
  })

  it('a range that its limit ended is protected up to there, and not beyond', open, async store => {
    await store.transact(async tx => { for (const key of 'bdf') tx.put(key, bytes(key)) })
    const triesWhen = async (key: string, reverse: boolean) => {
      let tries = 0
      await store.transact(async tx => {
        await tx.range({ ...all, limit: 2, reverse })
        if (++tries === 1) await store.transact(async other => other.put(key, bytes('x')))
        tx.put('z', bytes(''))
      })
      await store.transact(async tx => { tx.delete('z'); if (!'bdf'.includes(key)) tx.delete(key) })
      return tries
    }
    assert.deepEqual([await triesWhen('a', false), await triesWhen('c', false), await triesWhen('d', false), await triesWhen('e', false)], [2, 2, 2, 1])
    assert.deepEqual([await triesWhen('g', true), await triesWhen('e', true), await triesWhen('d', true), await triesWhen('c', true)], [2, 2, 2, 1])
  })

  it('sums stay the same while many transfer and many look', open, async store => {
    const accounts = Array.from({ length: 10 }, (_, at) => `account${at}`)
    await store.transact(async tx => { for (const account of accounts) tx.put(account, bytes('100')) })
    const transfer = (from: string, to: string) => store.transact(async tx => {
      const [a, b] = [Number(await text(tx, from)), Number(await text(tx, to))]
      if (from === to) return
      tx.put(from, bytes(`${a - 1}`))
      tx.put(to, bytes(`${b + 1}`))
    })
    const sum = () => store.transact(async tx => {
      let total = 0
      for (const account of accounts) {
        total += Number(await text(tx, account))
        if (total % 3 === 0) await new Promise(setImmediate)
      }
      return total
    })
    const work = Array.from({ length: 400 }, (_, at) => at % 5 === 0
      ? sum().then(total => assert.equal(total, 1000))
      : transfer(accounts[at * 7 % 10]!, accounts[at * 3 % 10]!))
    await Promise.all(work)
    assert.equal(await sum(), 1000)
  })
}

function conflicts(open: Open): void {
  it('a hundred increments at once all count', open, async store => {
    await Promise.all(Array.from({ length: 100 }, () => store.transact(async tx => {
      const count = Number(await text(tx, 'count') ?? 0)
      tx.put('count', bytes(`${count + 1}`))
    })))
    assert.equal(await store.transact(tx => text(tx, 'count')), '100')
  })

  it('a big transaction that keeps losing to small ones gets its turn', open, async store => {
    let isOver = false
    const small = Array.from({ length: 4 }, async (_, writer) => {
      for (let at = 0; !isOver; at++) {
        await store.transact(async tx => { await tx.get(`k${writer}`); tx.put(`k${writer}`, bytes(`${at}`)) })
        await new Promise(setImmediate)
      }
    })
    await store.transact(async tx => {
      await tx.range({ start: 'k', end: 'l' })
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
      await tx.range({ start: 'k', end: 'l' })
      tx.put('done', bytes('yes'))
    })
    isOver = true
    await Promise.all(small)
  })

  it('a transaction that can never win is given up with a ConflictError', open, async store => {
    let tries = 0
    await assert.rejects(store.transact(async tx => {
      await tx.get('a')
      // It waits for another that changes what it has read: running it while nobody else commits would not help.
      await store.transact(async other => other.put('a', bytes(`${++tries}`)))
      tx.put('b', bytes(''))
    }), ConflictError)
    assert.equal(tries, 100)
    assert.equal(await store.transact(tx => text(tx, 'b')), undefined)
  })
}

function failures(open: Open): void {
  it('passes on what the work throws, and drops its writes', open, async store => {
    const mistake = new Error('no such queue')
    await assert.rejects(store.transact(async tx => { tx.put('a', bytes('1')); throw mistake }), error => error === mistake)
    assert.equal(await store.transact(tx => text(tx, 'a')), undefined)
  })

  it('a conflict that the work swallows still makes it begin again', open, async store => {
    let tries = 0
    await store.transact(async tx => {
      await tx.get('a')
      if (++tries === 1) await store.transact(async other => { other.put('a', bytes('1')); other.put('b', bytes('1')) })
      await tx.get('b').catch(() => undefined)
      tx.put('c', bytes(`${tries}`))
    })
    assert.deepEqual([tries, await store.transact(tx => text(tx, 'c'))], [2, '2'])
  })

  it('a transaction that is over can no longer be used', open, async store => {
    let kept: Transaction | undefined
    await store.transact(async tx => { kept = tx })
    assert.throws(() => kept!.put('a', bytes('1')), /over/)
    await assert.rejects(kept!.get('a'), /over/)
  })

  it('closing while busy keeps what was committed and refuses the rest', open, async store => {
    const outcomes = Array.from({ length: 50 }, (_, at) => store.transact(async tx => tx.put(`k${at}`, bytes('1'))).then(() => 'kept', error => error))
    const entered = signal()
    const late = store.transact(async tx => {
      await tx.get('k1')
      entered.reach()
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      tx.put('late', bytes('1'))
    }).then(() => 'kept', error => error)
    await entered.reached
    await store.close()
    await store.close()
    for (const outcome of [...await Promise.all(outcomes), await late]) assert.ok(outcome === 'kept' || outcome instanceof StoreClosedError, String(outcome))
    assert.ok(await late instanceof StoreClosedError)
    await assert.rejects(store.transact(tx => tx.get('k0')), StoreClosedError)
  })
}

function amounts(open: Open): void {
  it('keeps values of many megabytes, and empty ones', open, async store => {
    const big = Buffer.alloc(8 << 20, 'abcdefg')
    await store.transact(async tx => { tx.put('big', big); tx.put('empty', bytes('')) })
    const [found, empty] = await store.transact(async tx => [await tx.get('big'), await tx.get('empty')])
    assert.ok(Buffer.from(found!).equals(big))
    assert.equal(empty!.byteLength, 0)
  })

  it('holds a hundred thousand keys, put in any order, some deleted', open, async store => {
    const count = 100_000
    const key = (at: number) => `k${String(at).padStart(6, '0')}`
    for (let batch = 0; batch < 10; batch++) {
      await store.transact(async tx => {
        for (let at = batch; at < count; at += 10) tx.put(key(at * 7919 % count), bytes(`${at}`))
      })
    }
    await store.transact(async tx => { for (let at = 0; at < count; at += 2) tx.delete(key(at)) })
    const entries = await store.transact(tx => tx.range(all))
    assert.equal(entries.length, count / 2)
    assert.ok(entries.every(([found], at) => found === key(2 * at + 1)))
    assert.equal(keysOf(await store.transact(tx => tx.range({ start: key(50_000), end: '\xff', limit: 2 }))), `${key(50_001)} ${key(50_003)}`)
    assert.equal(keysOf(await store.transact(tx => tx.range({ start: 'k', end: key(50_000), limit: 2, reverse: true }))), `${key(49_999)} ${key(49_997)}`)
  })
}
