import { closeSync, fdatasync, fsync, openSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Entry, Key, Range } from '../contracts/store.ts'
import { StorageFullError, StoreUnavailableError } from '../platform/store-errors.ts'
import type { Driver, Writes } from './driver.ts'
import { GenerationCache } from './generation-cache.ts'

/**
 * The layout of the file. Raise it when an older Fogbank could not read what this one writes, or would spoil it: one of format 1
 * would not keep the references of blobs.
 */
const formatVersion = 2
/** `FOGB`: what tells our file from another program's. */
const applicationId = 0x464f4742
const cacheBytesMax = 32 << 20
/** The log is moved into the tables when it has so many pages (of 4 KiB). A move that fails for lack of room is tried again. */
const walPagesMax = 2000

const sqliteBusy = 5
const sqliteFull = 13
/** A write that failed otherwise: for a quota, a bound on the size of files, a broken disk. */
const sqliteCouldNotWrite = 778
const sqliteNotADatabase = 26

/**
 * The store in a file of SQLite, `store.db`, in the folder. SQLite appends each batch to its write-ahead log without a sync
 * (synchronous=NORMAL); we sync that file ourselves off the event loop and only then call the batch durable. That is what
 * synchronous=FULL promises, without its pause. See docs/decisions/0001-embedded-store.md.
 */
export function embeddedDriver(folder: string): Driver {
  const { DatabaseSync } = sqlite()
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'store.db')
  const db = new DatabaseSync(file)
  try {
    lock(db, folder)
    prepareFormat(db, file)
    return new EmbeddedDriver(db, openSync(`${file}-wal`, 'r+'), syncFolder(folder))
  } catch (error) {
    db.close()
    throw error
  }
}

class EmbeddedDriver implements Driver {
  readonly durable = true
  readonly #db: DatabaseSync
  readonly #walFile: number
  readonly #cache = new GenerationCache(cacheBytesMax)
  readonly #statements
  /** The log's entry in the folder must be as durable as what is written to it. */
  #unsynced: Promise<void> | undefined
  #isBuilding = false

  constructor(db: DatabaseSync, walFile: number, folderSynced: Promise<void>) {
    this.#db = db
    this.#walFile = walFile
    // A failure is told by the flushes that wait for it.
    folderSynced.then(() => this.#unsynced = undefined, () => undefined)
    this.#unsynced = folderSynced
    this.#statements = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      get: db.prepare('SELECT value FROM entries WHERE key = ?'),
      put: db.prepare('INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
      delete: db.prepare('DELETE FROM entries WHERE key = ?'),
      forward: db.prepare('SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
      backward: db.prepare('SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?'),
    }
    for (const statement of [this.#statements.forward, this.#statements.backward]) statement.setReturnArrays(true)
  }

  get(key: Key): Uint8Array | undefined {
    const cached = this.#cache.get(key)
    if (cached !== undefined) return cached
    const value = this.#statements.get.get(keyBytes(key))?.value as Uint8Array | undefined
    if (value !== undefined) this.#cache.set(key, value)
    return value
  }

  range({ start, end, limit = -1, reverse = false }: Range): Entry[] {
    const statement = reverse ? this.#statements.backward : this.#statements.forward
    const rows = statement.all(keyBytes(start), keyBytes(end), limit === Infinity ? -1 : limit) as unknown as [Uint8Array, Uint8Array][]
    return rows.map(([key, value]): Entry => [keyOf(key), value])
  }

  apply(writes: Writes): void {
    try {
      if (!this.#isBuilding) {
        this.#statements.begin.run()
        this.#isBuilding = true
      }
      for (const [key, value] of writes) {
        if (value === undefined) {
          this.#statements.delete.run(keyBytes(key))
          this.#cache.delete(key)
        } else {
          this.#statements.put.run(keyBytes(key), value)
          this.#cache.set(key, value)
        }
      }
    } catch (error) {
      this.#takeBack()
      throw friendlier(error)
    }
  }

  flush(): Promise<void> {
    if (this.#isBuilding) {
      try {
        this.#statements.commit.run()
        this.#isBuilding = false
      } catch (error) {
        this.#takeBack()
        throw friendlier(error)
      }
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    fdatasync(this.#walFile, error => {
      if (error) reject(error)
      else resolve()
    })
    return this.#unsynced ? Promise.all([promise, this.#unsynced]).then(() => undefined) : promise
  }

  async close(): Promise<void> {
    await this.#unsynced?.catch(() => undefined)
    closeSync(this.#walFile)
    this.#db.close()
  }

  #takeBack(): void {
    this.#isBuilding = false
    this.#cache.clear()
    // Some errors have rolled back already.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }
}

function lock(db: DatabaseSync, folder: string): void {
  const pidFile = join(folder, 'store.pid')
  try {
    // The kernel holds the lock for the process and lets it go however the process ends.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    if (errorCode(error) === sqliteBusy) {
      throw new StoreUnavailableError(`The data folder ${folder} is in use by another Fogbank (process ${readPid(pidFile)}). Stop it, or name another folder.`)
    }
    if (errorCode(error) === sqliteNotADatabase) throw new StoreUnavailableError(`${join(folder, 'store.db')} is not a store of Fogbank. Name another folder.`)
    throw friendlier(error)
  }
  writeFileSync(pidFile, `${process.pid}\n`)
}

function readPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

function prepareFormat(db: DatabaseSync, file: string): void {
  db.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${walPagesMax}; PRAGMA cache_size = -16000`)
  const id = db.prepare('PRAGMA application_id').get()!.application_id
  const version = Number(db.prepare('PRAGMA user_version').get()!.user_version)
  if (id === applicationId) {
    if (version < formatVersion) db.exec(`PRAGMA user_version = ${formatVersion}`)
    if (version <= formatVersion) return
    throw new StoreUnavailableError(
      `${file} was written by a newer Fogbank (format ${version}; this one reads ${formatVersion}). Update Fogbank, or name another data folder.`)
  }
  if (db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()!.tables !== 0) {
    throw new StoreUnavailableError(`${file} is a database of another program. Name another folder.`)
  }
  db.exec(`BEGIN IMMEDIATE;
    CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${formatVersion};
    COMMIT`)
}

/** Makes the entries of the folder durable, off the event loop. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no sync of it.
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  fsync(opened, error => {
    closeSync(opened)
    if (error) reject(error)
    else resolve()
  })
  return promise
}

function friendlier(error: unknown): unknown {
  if (errorCode(error) === sqliteFull) return new StorageFullError(undefined, { cause: error })
  if ((error as { errcode?: number }).errcode !== sqliteCouldNotWrite) return error
  return new StorageFullError(
    'The data folder cannot be written to: its disk is over a quota, full or broken. Nothing was written; make room and try again.', { cause: error },
  )
}

function errorCode(error: unknown): number | undefined {
  // The low byte is the kind of the error, the rest its details.
  const code = (error as { errcode?: number } | undefined)?.errcode
  return code === undefined ? undefined : code & 0xff
}

function keyBytes(key: Key): Uint8Array {
  return Buffer.from(key, 'latin1')
}

function keyOf(bytes: Uint8Array): Key {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Node 22 warns that its SQLite is experimental; the user of a cloud cannot do anything about that. */
function sqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning
  process.emitWarning = (warning, ...rest: any[]) => {
    if (!String(warning).includes('SQLite')) emitWarning.call(process, warning, ...rest)
  }
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}
