import { createHash, createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { seal, unseal } from '../../../platform/sealing.ts'
import { KMSInvalidStateException, type KeyRow, type Kms, type Material } from '../state.ts'
import { specOf, type Spec } from './specs.ts'

const generate = promisify(generateKeyPair) as unknown as (type: string, options: object) => Promise<{ privateKey: KeyObject, publicKey: KeyObject }>
const purpose = 'kms.material'

/** A new key pair; private as PKCS#8, public as SubjectPublicKeyInfo, both DER. */
export async function newKeyPair({ kind, bits, curve }: Spec): Promise<{ privateKey: Buffer, publicKey: Buffer }> {
  const made = kind === 'rsa' ? await generate('rsa', { modulusLength: bits })
    : kind === 'ec' ? await generate('ec', { namedCurve: curve }) : await generate('ed25519', {})
  return {
    privateKey: made.privateKey.export({ type: 'pkcs8', format: 'der' }), publicKey: made.publicKey.export({ type: 'spki', format: 'der' }),
  }
}

/** New material of a key: random bytes, or a private key with its public one. */
export async function newMaterial(kms: Kms, row: Pick<KeyRow, 'arn' | 'spec'>): Promise<{ material: Material, publicKey?: Uint8Array }> {
  const spec = specOf(row)
  if (spec.bytes !== undefined) return { material: sealMaterial(kms, row.arn, randomBytes(spec.bytes)) }
  const { privateKey, publicKey } = await newKeyPair(spec)
  return { material: sealMaterial(kms, row.arn, privateKey), publicKey: new Uint8Array(publicKey) }
}

/** Material as it is stored. Its id says which material it is, and nothing of it. */
export function sealMaterial(kms: Kms, arn: string, bytes: Uint8Array): Material {
  const id = createHash('sha256').update(`${arn}\n`).update(bytes).digest('hex')
  return { id, sealed: new Uint8Array(seal(kms, purpose, bytes, `${arn}/${id}`)), sinceMs: kms.now() }
}

/** The bytes of a key's current material, or of the one with the id. */
export function materialOf(kms: Kms, row: KeyRow, id?: string): { id: string, bytes: Buffer } | undefined {
  const material = id === undefined ? row.materials.at(-1) : row.materials.find(one => one.id === id)
  if (!material) return undefined
  if (!material.sealed) throw new KMSInvalidStateException(`${row.arn} is pending import.`)
  return { id: material.id, bytes: unseal(kms, purpose, material.sealed, `${row.arn}/${material.id}`) }
}

export const publicKeyOf = (row: KeyRow): KeyObject => createPublicKey({ key: Buffer.from(row.publicKey!), format: 'der', type: 'spki' })
