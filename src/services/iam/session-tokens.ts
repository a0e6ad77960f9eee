import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Principal } from '../../contracts/principal.ts'

/** What a session token holds: all that is known of the session, so that nothing has to be kept for it. */
export interface SessionFacts { accessKeyId: string, secretAccessKey: string, principal: Principal, expiresAt: number }

const prefix = 'IQoJb3JpZ2luX2Vj'
const ivBytes = 12
const tagBytes = 16

/** Seals what a session is into its token, with a key of 32 bytes that only this cloud has. */
export function sealSession(key: Uint8Array, facts: SessionFacts): string {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(facts))), cipher.final()])
  return prefix + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Opens a token; undefined where this cloud has not made it. */
export function openSession(key: Uint8Array, token: string): SessionFacts | undefined {
  if (!token.startsWith(prefix)) return undefined
  try {
    const bytes = Buffer.from(token.slice(prefix.length), 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    const facts = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
    return JSON.parse(inflateRawSync(facts).toString())
  } catch {
    return undefined
  }
}
