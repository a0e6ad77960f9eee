import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, unlinkSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { BlobWatch } from './blob-references.ts'
import { isFullDisk, StorageFullError } from './store-errors.ts'

/** Big bytes as content-addressed files, written and synced before the row that names them commits. */
export interface Blobs {
  /**
   * Stores the bytes; resolves when they are durable. `sha256` in hex is the blob's name. Throws BlobTooLargeError past `maxBytes`,
   * StorageFullError where there is no room, and what the content's stream throws; nothing is kept then.
   */
  put(content: Uint8Array | Readable | AsyncIterable<Uint8Array>, options?: { maxBytes?: number }): Promise<Blob>
  /** A stream of the bytes, or of the range `[start, end]` (inclusive). */
  read(sha256: string, range?: { start: number, end: number }): Readable
  bytes(sha256: string): Promise<Uint8Array>
  /** The file that holds it, for those who map or mount it. Never written to. */
  path(sha256: string): string
}
export interface Blob { sha256: string, md5: string, sizeBytes: number }

/** The files of blobs, and what their owner does with them: the cloud, not the services. */
export interface BlobFiles extends Blobs, BlobWatch {
  /**
   * Deletes blobs that no row names. One that was put or released within the grace period is kept: its row may not have been
   * committed yet, or somebody still reads it. Looks at those that this process put or released, or at `everything`.
   * Resolves to the number of deleted blobs.
   */
  sweep(isReferenced: (sha256: string) => boolean | Promise<boolean>, options: { graceMs: number, everything?: boolean }): Promise<number>
  /** Removes the files of ephemeral blobs. */
  close(): Promise<void>
}

/** The content is longer than the `maxBytes` that it was put with. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError'
  readonly maxBytes: number
  constructor(maxBytes: number) {
    super(`The content is longer than ${maxBytes} bytes.`)
    this.maxBytes = maxBytes
  }
}

/**
 * Blobs in a folder, which is made when the first is put. Ephemeral ones are not synced, and `close` removes them; without a
 * folder they are in a temporary one.
 */
export function openBlobs(place: { folder: string, ephemeral?: boolean } | { ephemeral: true }): BlobFiles {
  return new FileBlobs('folder' in place ? place.folder : undefined, place.ephemeral ?? false)
}

class FileBlobs implements BlobFiles {
  #folder: string | undefined
  readonly #isEphemeral: boolean
  #incoming: Promise<string> | undefined
  /** Blobs that may have no row, since when (machine time): those that are put until a row names them, those that a row released. */
  readonly #suspects = new Map<string, number>()
  /** The blob that a sweep asks about, until something happens to it. */
  #asked: string | undefined

  constructor(folder: string | undefined, isEphemeral: boolean) {
    this.#folder = folder
    this.#isEphemeral = isEphemeral
  }

  async put(content: Uint8Array | Readable | AsyncIterable<Uint8Array>, options: { maxBytes?: number } = {}): Promise<Blob> {
    let incoming: string | undefined
    try {
      incoming = join(await this.#incomingFolder(), randomUUID())
      const blob = await this.#write(incoming, content, options.maxBytes ?? Infinity)
      await this.#keep(incoming, blob)
      return blob
    } catch (error) {
      if (incoming !== undefined) await rm(incoming, { force: true })
      if (!isFullDisk(error)) throw error
      throw new StorageFullError(undefined, { cause: error })
    }
  }

  read(sha256: string, range?: { start: number, end: number }): Readable {
    return createReadStream(this.path(sha256), range)
  }

  async bytes(sha256: string): Promise<Uint8Array> {
    return readFile(this.path(sha256))
  }

  path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError(`Not the name of a blob: ${sha256}`)
    return join(this.#root(), sha256.slice(0, 2), sha256.slice(2))
  }

  named(sha256: string): void {
    this.#suspects.delete(sha256)
    this.#leave(sha256)
  }

  released(sha256: string): void {
    this.#suspects.set(sha256, Date.now())
    this.#leave(sha256)
  }

  async sweep(isReferenced: (sha256: string) => boolean | Promise<boolean>, options: { graceMs: number, everything?: boolean }): Promise<number> {
    const before = Date.now() - options.graceMs
    let deleted = 0
    for await (const [sha256, since] of options.everything ? this.#all() : [...this.#suspects]) {
      if (since > before) continue
      this.#asked = sha256
      const isNamed = await isReferenced(sha256)
      // From here to the deletion nothing else runs. What happened to the blob while we asked saves it until the next time.
      if (this.#asked !== sha256) continue
      this.#asked = undefined
      this.#suspects.delete(sha256)
      if (!isNamed && deleteFile(this.path(sha256))) deleted++
    }
    return deleted
  }

  async close(): Promise<void> {
    if (!this.#isEphemeral || this.#folder === undefined) return
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** All files, and since when they may have no row: when they were put, where this process knows nothing later. */
  async* #all(): AsyncGenerator<[sha256: string, since: number]> {
    if (this.#folder === undefined) return
    for (const shelf of await namesIn(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue
      for (const rest of await namesIn(join(this.#folder, shelf))) {
        const sha256 = shelf + rest
        const status = await stat(join(this.#folder, shelf, rest)).catch(() => undefined)
        if (status) yield [sha256, Math.max(this.#suspects.get(sha256) ?? 0, status.mtimeMs)]
      }
    }
  }

  #leave(sha256: string): void {
    if (this.#asked === sha256) this.#asked = undefined
  }

  #root(): string {
    return this.#folder ??= mkdtempSync(join(tmpdir(), 'fogbank-blobs-'))
  }

  async #incomingFolder(): Promise<string> {
    this.#incoming ??= this.#prepareIncoming()
    // What failed once is tried again.
    this.#incoming.catch(() => { this.#incoming = undefined })
    return this.#incoming
  }

  /** The folder of unfinished files, without those that a crash has left. */
  async #prepareIncoming(): Promise<string> {
    const folder = join(this.#root(), 'incoming')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    return folder
  }

  async #write(file: string, content: Uint8Array | AsyncIterable<Uint8Array>, maxBytes: number): Promise<Blob> {
    const sha256 = createHash('sha256')
    const md5 = createHash('md5')
    let sizeBytes = 0
    const handle = await open(file, 'wx')
    try {
      for await (const piece of content instanceof Uint8Array ? [content] : content) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
        sizeBytes += bytes.byteLength
        if (sizeBytes > maxBytes) throw new BlobTooLargeError(maxBytes)
        sha256.update(bytes)
        md5.update(bytes)
        await writeAll(handle, bytes)
      }
      if (!this.#isEphemeral) await handle.sync()
    } finally {
      await handle.close()
    }
    return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), sizeBytes }
  }

  async #keep(incoming: string, { sha256 }: Blob): Promise<void> {
    const file = this.path(sha256)
    // From here on the sweep lets it be, until its row is there or the grace period is over.
    this.released(sha256)
    if (existsSync(file)) {
      await rm(incoming)
      return
    }
    const shelf = dirname(file)
    const made = await mkdir(shelf, { recursive: true })
    await rename(incoming, file)
    if (this.#isEphemeral) return
    await syncFolder(shelf)
    if (made !== undefined) await syncFolder(dirname(shelf))
  }
}

/** False where the file is not there. */
function deleteFile(file: string): boolean {
  try {
    unlinkSync(file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += (await handle.write(bytes, at)).bytesWritten
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(error => error.code === 'ENOENT' || error.code === 'ENOTDIR' ? [] : Promise.reject(error))
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no sync of it.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
