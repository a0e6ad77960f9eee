import type { Key, Range } from '../contracts/store.ts'

const chunkKeysMax = 512

/**
 * A sorted set of keys in chunks: a search in the list of chunks, then one in the chunk. An insert moves at most one chunk's keys;
 * a split, once in some 256 inserts, moves the list of chunks, which is 500 times shorter than the set.
 */
export class OrderedKeys {
  #chunks: Key[][] = []

  add(key: Key): void {
    const chunks = this.#chunks
    if (chunks.length === 0) {
      chunks.push([key])
      return
    }
    const at = this.#chunkOf(key)
    const chunk = chunks[at]!
    const position = lowerBound(chunk, key)
    if (chunk[position] === key) return
    if (position === chunk.length) chunk.push(key)
    else chunk.splice(position, 0, key)
    if (chunk.length <= chunkKeysMax) return
    // Keys that come in order fill their chunks; others leave halves.
    const isAppend = at === chunks.length - 1 && position === chunk.length - 1
    chunks.splice(at + 1, 0, chunk.splice(isAppend ? chunkKeysMax : chunkKeysMax >> 1))
  }

  delete(key: Key): void {
    if (this.#chunks.length === 0) return
    const at = this.#chunkOf(key)
    const chunk = this.#chunks[at]!
    const position = lowerBound(chunk, key)
    if (chunk[position] !== key) return
    chunk.splice(position, 1)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  range({ start, end, limit = Infinity, reverse = false }: Range): Key[] {
    return reverse ? this.#backward(start, end, limit) : this.#forward(start, end, limit)
  }

  #forward(start: Key, end: Key, limit: number): Key[] {
    const found: Key[] = []
    if (this.#chunks.length === 0) return found
    let at = this.#chunkOf(start)
    let position = lowerBound(this.#chunks[at]!, start)
    for (; at < this.#chunks.length; at++, position = 0) {
      const chunk = this.#chunks[at]!
      for (; position < chunk.length; position++) {
        const key = chunk[position]!
        if (key >= end || found.length >= limit) return found
        found.push(key)
      }
    }
    return found
  }

  #backward(start: Key, end: Key, limit: number): Key[] {
    const found: Key[] = []
    if (this.#chunks.length === 0) return found
    let at = this.#chunkOf(end)
    let position = lowerBound(this.#chunks[at]!, end) - 1
    while (at >= 0) {
      const chunk = this.#chunks[at]!
      for (; position >= 0; position--) {
        const key = chunk[position]!
        if (key < start || found.length >= limit) return found
        found.push(key)
      }
      at--
      position = at >= 0 ? this.#chunks[at]!.length - 1 : -1
    }
    return found
  }

  /** The last chunk that begins at or before the key, or the first one. */
  #chunkOf(key: Key): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#chunks[middle]![0]! <= key) low = middle
      else high = middle - 1
    }
    return low
  }
}

function lowerBound(keys: Key[], key: Key): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}
