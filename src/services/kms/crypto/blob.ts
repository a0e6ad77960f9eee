import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AwsError } from '../../../platform/errors.ts'
import { AccessDeniedException, InvalidCiphertextException, keyArn, ValidationException, type KeyRow, type Kms } from '../state.ts'
import { keyAt, type FoundKey } from '../keys/key.ts'
import { materialOf } from '../keys/material.ts'

// What a symmetric key encrypts: a head that names key and material, as AWS's ciphertexts do, and AES-256-GCM with the encryption context bound in.
// head (5) | key id (16) | account (6) | material id (32) | nonce (12) | tag (16) | ciphertext

const head = Buffer.from([1, 2, 2, 0, 0x78])
const at = { keyId: 5, account: 21, material: 27, nonce: 59, tag: 71, body: 87 }

type Context = Record<string, string> | undefined

/** Encrypts under a key's current material. */
export function encryptBlob(kms: Kms, row: KeyRow, bytes: Uint8Array, context: Context): Buffer {
  const { id, bytes: key } = materialOf(kms, row)!
  const nonce = randomBytes(12)
  const names = Buffer.concat([head, Buffer.from(row.id.replaceAll('-', ''), 'hex'), Buffer.from(row.arn.split(':')[4]!, 'hex'), Buffer.from(id, 'hex')])
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.concat([names, Buffer.from(canonical(context))]))
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([names, nonce, cipher.getAuthTag(), body])
}

/** Opens what a key encrypted, with whichever material. Throws InvalidCiphertextException. */
export function decryptBlob(kms: Kms, row: KeyRow, blob: Uint8Array, context: Context): { bytes: Buffer, materialId: string } {
  const bytes = bufferOf(blob)
  const material = materialOf(kms, row, bytes.toString('hex', at.material, at.nonce))
  if (!material || !isBlob(bytes)) throw new InvalidCiphertextException('')
  const decipher = createDecipheriv('aes-256-gcm', material.bytes, bytes.subarray(at.nonce, at.tag), { authTagLength: 16 })
    .setAAD(Buffer.concat([bytes.subarray(0, at.nonce), Buffer.from(canonical(context))]))
  decipher.setAuthTag(bytes.subarray(at.tag, at.body))
  try {
    return { bytes: Buffer.concat([decipher.update(bytes.subarray(at.body)), decipher.final()]), materialId: material.id }
  } catch {
    throw new InvalidCiphertextException('')
  }
}

/** The client's model lets it be absent, for dry runs; the service does not. */
export function requiredBlob(blob: Uint8Array | undefined): Uint8Array {
  if (blob) return blob
  throw new ValidationException("1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null")
}

/** The key that a ciphertext names. Throws InvalidCiphertextException, and AccessDeniedException where there is no such key here, as AWS does. */
export async function keyOfBlob(kms: Kms, given: Uint8Array | undefined): Promise<FoundKey> {
  const blob = requiredBlob(given)
  const arn = arnOfBlob(kms, blob)
  if (arn === undefined) throw new InvalidCiphertextException('')
  return keyAt(kms, arn).catch(error => {
    if (!(error instanceof AwsError)) throw error
    throw new AccessDeniedException('The ciphertext refers to a customer master key that does not exist, does not exist in this region, '
      + 'or you are not allowed to access.')
  })
}

/** Undefined where the bytes are no ciphertext of a symmetric key. */
export function arnOfBlob(kms: Kms, blob: Uint8Array): string | undefined {
  const bytes = bufferOf(blob)
  if (!isBlob(bytes)) return undefined
  const id = bytes.toString('hex', at.keyId, at.account).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return keyArn({ partition: kms.partition, region: kms.region, account: bytes.toString('hex', at.account, at.material) }, id)
}

const isBlob = (bytes: Buffer): boolean => bytes.length >= at.body && bytes.subarray(0, head.length).equals(head)
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The same bytes for the same context, in whichever order its members stand. */
const canonical = (context: Context): string => JSON.stringify(Object.entries(context ?? {}).sort(([a], [b]) => a < b ? -1 : 1))
