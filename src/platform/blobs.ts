import type { Readable } from 'node:stream'
/** Big bytes as content-addressed files, written and synced before the row that names them commits. */
export interface Blobs {
  /** Stores the bytes; resolves when they are durable. `sha256` in hex is the blob's name. */
  put(content: Uint8Array | Readable | AsyncIterable<Uint8Array>, options?: { maxBytes?: number }): Promise<Blob>
  /** A stream of the bytes, or of the range `[start, end]` (inclusive). */
  read(sha256: string, range?: { start: number, end: number }): Readable
  bytes(sha256: string): Promise<Uint8Array>
  /** The file that holds it, for those who map or mount it. Never written to. */
  path(sha256: string): string
}
export interface Blob { sha256: string, md5: string, sizeBytes: number }
