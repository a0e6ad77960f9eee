import type { Entry, Key, Range } from '../contracts/store.ts'
import type { Driver, Writes } from './driver.ts'
import { OrderedKeys } from './ordered-keys.ts'

/** Everything in memory, gone with the process: for ephemeral clouds and tests. */
export function memoryDriver(): Driver {
  const values = new Map<Key, Uint8Array>()
  const keys = new OrderedKeys()
  return {
    durable: false,
    get: key => values.get(key),
    range: (range: Range) => keys.range(range).map((key): Entry => [key, values.get(key)!]),
    apply(writes: Writes) {
      for (const [key, value] of writes) {
        if (value === undefined) {
          if (values.delete(key)) keys.delete(key)
        } else {
          if (!values.has(key)) keys.add(key)
          values.set(key, value)
        }
      }
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
