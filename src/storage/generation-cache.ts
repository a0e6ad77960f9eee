import type { Key } from '../contracts/store.ts'

/** What a Map entry, the key and the array cost beside the bytes themselves, roughly. */
const overheadBytes = 200

/**
 * Values read or written of late, in two generations: what is used moves to the young one, and when that is full the old one is
 * dropped whole. As good as an exact order of use here, for a fraction of its cost.
 */
export class GenerationCache {
  readonly #generationBytesMax: number
  #young = new Map<Key, Uint8Array>()
  #old = new Map<Key, Uint8Array>()
  #youngBytes = 0

  constructor(bytesMax: number) {
    this.#generationBytesMax = bytesMax / 2
  }

  get(key: Key): Uint8Array | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const older = this.#old.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: Key, value: Uint8Array): void {
    const sizeBytes = value.byteLength + key.length + overheadBytes
    // One value that fills the cache would only push out the others.
    if (sizeBytes > this.#generationBytesMax / 8) return this.delete(key)
    this.#young.set(key, value)
    this.#youngBytes += sizeBytes
    if (this.#youngBytes <= this.#generationBytesMax) return
    this.#old = this.#young
    this.#young = new Map()
    this.#youngBytes = 0
  }

  delete(key: Key): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#youngBytes = 0
  }
}
