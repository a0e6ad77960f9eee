import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Store } from '../src/contracts/store.ts'
import { openStore } from '../src/storage/open.ts'

// `node bench/storage.ts`: transactions through our engine, durable where the store is. 200-byte values, random keys of 20 bytes.
const keyCount = 100_000
const key = (at: number) => `k${String(at * 7919 % keyCount).padStart(19, '0')}`
const value = (at: number) => Buffer.alloc(200, at)

export type Figures = Record<string, string>

/** Measures a store that `open` opens in the folder. */
export async function measure(open: (folder: string) => Promise<Store>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'store-bench-'))
  try {
    const figures: Figures = {}
    let store = await timed(figures, 'open, new (ms)', () => open(folder))
    await rate(figures, '1 writer, commits/s', 5000, async count => {
      for (let at = 0; at < count; at++) await store.transact(async tx => tx.put(key(at), value(at)))
    })
    const stopWatching = watchLoop()
    await rate(figures, '64 writers, read and write, commits/s', 100_000, count => many(64, count, at => store.transact(async tx => {
      await tx.get(key(at))
      tx.put(key(at), value(at))
    })))
    Object.assign(figures, stopWatching())
    await rate(figures, 'batches of 100, rows/s', 100_000, async count => {
      for (let at = 0; at < count; at += 100) {
        await store.transact(async tx => { for (let row = at; row < at + 100; row++) tx.put(key(row), value(row + 1)) })
      }
    })
    await rate(
      figures, 'hot gets/s (1,000 keys)', 300_000,
      async count => { for (let at = 0; at < count; at++) await store.transact(tx => tx.get(key(at % 1000))) },
    )
    await store.close()
    store = await timed(figures, 'open, 100k rows (ms)', () => open(folder))
    await rate(
      figures, 'cold gets/s (each key once)', keyCount,
      async count => { for (let at = 0; at < count; at++) await store.transact(tx => tx.get(key(at))) },
    )
    await rate(
      figures, 'scan, rows/s', keyCount * 3,
      async () => { for (let at = 0; at < 3; at++) await store.transact(tx => tx.range({ start: '', end: '\xff' })) },
    )
    await rate(figures, 'pages of 20, rows/s', keyCount, async count => {
      for (let at = 0; at < count; at += 20) await store.transact(tx => tx.range({ start: key(at), end: '\xff', limit: 20 }))
    })
    await store.close()
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed<T>(figures: Figures, name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  figures[name] = (performance.now() - began).toFixed(1)
  return result
}

async function rate(figures: Figures, name: string, count: number, work: (count: number) => Promise<unknown>): Promise<void> {
  const began = performance.now()
  await work(count)
  figures[name] = Math.round(count / (performance.now() - began) * 1000).toLocaleString('en')
}

async function many(workers: number, count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(Array.from({ length: workers }, async () => { while (next < count) await work(next++) }))
}

/** How long the event loop was kept from turning. */
function watchLoop(): () => Figures {
  const turns: number[] = []
  let last = performance.now()
  let isOver = false
  const turn = () => {
    const now = performance.now()
    turns.push(now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    isOver = true
    // Without anything to wait for, the work is done in one turn.
    if (turns.length === 0) turns.push(performance.now() - last)
    turns.sort((a, b) => a - b)
    return { 'loop turn p99 (ms)': turns[Math.floor(turns.length * 0.99)]!.toFixed(1), 'loop turn max (ms)': turns.at(-1)!.toFixed(1) }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) {
  console.table({
    memory: await measure(() => openStore({ memory: true })),
    embedded: await measure(folder => openStore({ folder })),
  })
}
