import { createPrivateKey, createPublicKey } from 'node:crypto'
import { unseal } from '../../../platform/sealing.ts'
import {
  ExpiredImportTokenException, IncorrectKeyMaterialException, InvalidImportTokenException, UnsupportedOperationException, ValidationException, type Input,
  type KeyRow, type Kms, type Output,
} from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { sealMaterial } from '../keys/material.ts'
import { specOf } from '../keys/specs.ts'
import type { ImportToken } from './GetParametersForImport.ts'
import { unwrap } from './unwrap.ts'

/** Brings a key its material, for ever or until a date. What was deleted may be brought again, other material may not. */
export async function ImportKeyMaterial(kms: Kms, input: Input<'ImportKeyMaterial'>): Promise<Output<'ImportKeyMaterial'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  if (row.origin !== 'EXTERNAL') throw new UnsupportedOperationException(`${row.arn} origin is ${row.origin} which is not valid for this operation.`)
  checkLiving(row)
  const model = input.ExpirationModel ?? 'KEY_MATERIAL_EXPIRES'
  const validToMs = input.ValidTo?.getTime()
  if (model === 'KEY_MATERIAL_EXPIRES' && validToMs === undefined) {
    throw new ValidationException('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES')
  }
  if (model === 'KEY_MATERIAL_DOES_NOT_EXPIRE' && validToMs !== undefined) {
    throw new ValidationException('A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE')
  }
  if (validToMs !== undefined && validToMs <= at.now()) throw new ValidationException('The validTo date must be in the future')
  const bytes = unwrapped(at, row, input)
  const material = sealMaterial(at, row.arn, bytes)
  const before = row.materials.at(-1)
  if (before && before.id !== material.id) {
    throw new IncorrectKeyMaterialException(input.ImportType === 'NEW_KEY_MATERIAL'
      ? 'NEW_KEY_MATERIAL is not supported by Fogbank: imported material is not rotated.' : 'The key material is not the one that was imported before.')
  }
  await at.tables.keys.put({
    ...row, ...publicPart(row, bytes), state: row.state === 'PendingImport' ? 'Enabled' : row.state, materials: [material],
    expiration: { model, ...validToMs !== undefined && { validToMs } },
  })
  if (validToMs === undefined) at.cancel('expire', row.id)
  else at.enqueue('expire', { id: row.id }, { at: validToMs, id: row.id })
  return { KeyId: row.arn, KeyMaterialId: material.id }
}

function unwrapped(at: Kms, row: KeyRow, input: Input<'ImportKeyMaterial'>): Buffer {
  const token = tokenOf(at, input.ImportToken!)
  if (token?.arn !== row.arn) throw new InvalidImportTokenException('')
  if (token.validToMs <= at.now()) throw new ExpiredImportTokenException('')
  const bytes = unwrap(Buffer.from(token.privateKey, 'base64'), token.algorithm, input.EncryptedKeyMaterial!)
  const { bytes: wanted } = specOf(row)
  if (wanted !== undefined && bytes.length !== wanted) throw new IncorrectKeyMaterialException(`Key material must be ${wanted} bytes, not ${bytes.length}.`)
  return bytes
}

function tokenOf(at: Kms, sealed: Uint8Array): ImportToken | undefined {
  try {
    return JSON.parse(unseal(at, 'kms.import', sealed).toString())
  } catch {
    return undefined
  }
}

/** The public key that belongs to an imported private one. */
function publicPart(row: KeyRow, bytes: Buffer): { publicKey?: Uint8Array } {
  const { kind, bits, curve } = specOf(row)
  if (kind === 'aes' || kind === 'hmac') return {}
  try {
    const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
    if (key.asymmetricKeyType !== kind || modulusLength !== bits || namedCurve !== curve) throw new Error('another kind of key')
    return { publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })) }
  } catch {
    throw new IncorrectKeyMaterialException(`Key material must be a private key of ${row.spec}, PKCS #8.`)
  }
}

/** The end of imported material: the key waits for it again. */
export async function expire(kms: Kms, { id }: { id: string }): Promise<void> {
  await kms.transact(async inside => {
    const row = await (inside as Kms).tables.keys.get(id)
    if (row?.expiration?.validToMs !== undefined && row.expiration.validToMs <= inside.now()) await inside.tables.keys.put(withoutMaterial(row))
  })
}

export function withoutMaterial(row: KeyRow): KeyRow {
  const { expiration: _, ...rest } = row
  return {
    ...rest, state: row.state === 'PendingDeletion' ? row.state : 'PendingImport', materials: row.materials.map(({ id, sinceMs }) => ({ id, sinceMs })),
  }
}
