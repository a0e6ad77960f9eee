import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { CloudFacts } from './service.ts'

// What services must not keep in the clear is sealed under the cloud's master key, which lies in the data folder beside the store and not in it:
// a copy of the store alone opens nothing, a copy of the whole folder opens all.

const fileName = 'master.key'
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 1

type Cloud = { config: Pick<CloudFacts, 'dataFolder'> }

/** The keys that were derived from a cloud's master key, by purpose. */
const derived = new WeakMap<object, Map<string, Buffer>>()

/**
 * Seals bytes with AES-256-GCM. `purpose` names the service and what it keeps: each purpose has a key of its own. `context` is bound in: only with the same
 * one does the result open.
 */
export function seal(cloud: Cloud, purpose: string, bytes: Uint8Array | string, context = ''): Buffer {
  return sealWithKey(keyFor(cloud, purpose, madeKey), bytes, context)
}

/** What was sealed. Throws where it was changed, or sealed for another purpose, context or cloud. */
export function unseal(cloud: Cloud, purpose: string, sealed: Uint8Array, context = ''): Buffer {
  const opened = unsealWithKey(keyFor(cloud, purpose, standingKey), sealed, context)
  if (!opened) throw new Error(`What was sealed for ${purpose} does not open with ${join(cloud.config.dataFolder, fileName)}.`)
  return opened
}

/** The same under a key of 32 bytes: version, nonce, tag, ciphertext. */
export function sealWithKey(key: Uint8Array, bytes: Uint8Array | string, context: Uint8Array | string = ''): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body])
}

/** Undefined where it does not open. */
export function unsealWithKey(key: Uint8Array, sealed: Uint8Array, context: Uint8Array | string = ''): Buffer | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const start = 1 + nonceBytes + tagBytes
  if (bytes[0] !== version || bytes.length < start) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(1 + nonceBytes, start))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()])
  } catch {
    return undefined
  }
}

function keyFor({ config }: Cloud, purpose: string, masterKey: (folder: string) => Buffer): Buffer {
  let keys = derived.get(config)
  if (!keys) derived.set(config, keys = new Map())
  let key = keys.get(purpose)
  if (!key) keys.set(purpose, key = Buffer.from(hkdfSync('sha256', masterKey(config.dataFolder), '', purpose, keyBytes)))
  return key
}

/** The master key of a cloud that has sealed something: a new one would open nothing, and make the loss of the old one harder to see. */
function standingKey(folder: string): Buffer {
  const file = join(folder, fileName)
  const known = readKey(file)
  if (!known) throw new Error(`${file} is gone, and what was sealed with it does not open. Bring it back from a copy.`)
  return known
}

/** The cloud's master key, made at its first use: on the disk before anything is sealed with it. */
function madeKey(folder: string): Buffer {
  const file = join(folder, fileName)
  const known = readKey(file)
  if (known) return known
  const draft = `${file}.${process.pid}`
  writeSynced(draft, randomBytes(keyBytes))
  try {
    // A link never replaces a file: of two that make a key at once, one key counts.
    linkSync(draft, file)
    syncFolder(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readKey(file)!
}

function readKey(file: string): Buffer | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (bytes.length !== keyBytes) {
    throw new Error(`${file} holds ${bytes.length} bytes and not ${keyBytes}: it is not the master key of this cloud. Bring it back from a copy.`)
  }
  return bytes
}

function writeSynced(file: string, bytes: Buffer): void {
  const handle = openSync(file, 'w', 0o600)
  try {
    writeSync(handle, bytes)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function syncFolder(folder: string): void {
  // Windows does not open folders.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
