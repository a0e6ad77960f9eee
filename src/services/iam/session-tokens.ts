import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Principal } from '../../contracts/principal.ts'

/** What a session token holds: all that is known of the session, so that nothing has to be kept for it. */
export interface SessionFacts { accessKeyId: string, secretAccessKey: string, principal: Principal, expiresAt: number }

const prefix = 'IQoJb3JpZ2luX2Vj'
const ivBytes = 12
const tagBytes = 16

/** Seals what a session is into its token, with a key of 32 bytes that only this cloud has. */
export const sealSession = (key: Uint8Array, facts: SessionFacts): string => prefix + seal(key, 'session', JSON.stringify(facts)).toString('base64')

/** Opens a token; undefined where this cloud has not made it. */
export function openSession(key: Uint8Array, token: string): SessionFacts | undefined {
  const facts = token.startsWith(prefix) ? open(key, 'session', Buffer.from(token.slice(prefix.length), 'base64')) : undefined
  return facts === undefined ? undefined : JSON.parse(facts)
}

/** Seals the details of a denial, and opens them again. What is sealed for one purpose does not open for the other. */
export const sealMessage = (key: Uint8Array, details: object): string => seal(key, 'message', JSON.stringify(details)).toString('base64url')
export const openMessage = (key: Uint8Array, message: string): string | undefined => open(key, 'message', Buffer.from(message, 'base64url'))

type Purpose = 'session' | 'message'

function seal(key: Uint8Array, purpose: Purpose, text: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose))
  const sealed = Buffer.concat([cipher.update(deflateRawSync(text)), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

function open(key: Uint8Array, purpose: Purpose, bytes: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
    return inflateRawSync(Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])).toString()
  } catch {
    return undefined
  }
}
