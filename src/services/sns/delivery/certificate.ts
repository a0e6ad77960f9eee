import { createHash, generateKeyPair, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyRow, Sns } from '../state.ts'

/** DER: a tag, the length, the bytes. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? Buffer.from([content.length])
    : content.length < 256 ? Buffer.from([0x81, content.length]) : Buffer.from([0x82, content.length >> 8, content.length & 255])
  return Buffer.concat([Buffer.from([tag]), length, content])
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const utcTime = (text: string) => der(0x17, Buffer.from(text))
const bits = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes)
/** sha256WithRSAEncryption. */
const algorithm = sequence(oid('2a864886f70d01010b'), der(0x05))
/** The common name. */
const named = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))

/** A certificate (X.509, signed by its own key) of an RSA key, as PEM. It holds until the end of 2049, as no clock in here is the world's. */
function certificateOf(publicKey: Uint8Array, privateKey: string, name: string): string {
  const serial = randomBytes(16)
  serial[0]! &= 0x7f
  serial[0]! |= 0x01
  const facts = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, serial), algorithm, named(name), sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    named(name),
    publicKey,
  )
  const bytes = sequence(facts, algorithm, bits(sign('sha256', facts, privateKey)))
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

/** The cloud's key for signatures of messages, made when it is first needed. */
export function signingKey(sns: Sns): Promise<KeyRow> {
  return sns.state.key ??= findOrMake(sns).catch(error => {
    sns.state.key = undefined
    throw error
  })
}

async function findOrMake(sns: Sns): Promise<KeyRow> {
  const [known] = await sns.tables.keys.list({ limit: 1 })
  if (known) return known
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = certificateOf(pair.publicKey, pair.privateKey, 'sns.amazonaws.com')
  const made = { id: createHash('md5').update(certificate).digest('hex'), privateKey: pair.privateKey, certificate, createdAt: sns.now() }
  return sns.transact(async inside => {
    const [other] = await inside.tables.keys.list({ limit: 1 })
    if (other) return other
    await inside.tables.keys.put(made)
    return made
  })
}
