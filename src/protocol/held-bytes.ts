/** What was read of a stream and is not used yet. */
export class HeldBytes {
  /** How many bytes were taken before those that are held. */
  taken = 0
  bytes: Buffer = Buffer.alloc(0)
  readonly #pieces: AsyncIterator<Uint8Array>

  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.#pieces = pieces
  }

  /** Reads another piece; false at the end of the stream. */
  async more(): Promise<boolean> {
    const next = await this.#pieces.next()
    if (next.done) return false
    const piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    this.bytes = this.bytes.length === 0 ? piece : Buffer.concat([this.bytes, piece])
    return true
  }

  /** As many bytes, or all that are held where they are fewer. */
  take(count: number): Buffer {
    const piece = this.bytes.subarray(0, count)
    this.bytes = this.bytes.subarray(piece.length)
    this.taken += piece.length
    return piece
  }
}
