import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Ssm } from '../state.ts'

/** Seals a secure string with AES-256-GCM under the account's key, which is made at the first use. */
export async function seal(ssm: Ssm, value: string): Promise<string> {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', await key(ssm), nonce)
  const sealed = Buffer.concat([cipher.update(value), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

async function key(ssm: Ssm): Promise<Buffer> {
  const row = await ssm.tables.keys.get('secure-strings')
  if (row) return Buffer.from(row.key, 'base64')
  const made = randomBytes(32)
  await ssm.tables.keys.put({ id: 'secure-strings', key: made.toString('base64') })
  return made
}

/** The value of a sealed string. */
export async function unseal(ssm: Ssm, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', await key(ssm), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()
}
