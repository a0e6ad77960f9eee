import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { seal } from '../../../platform/sealing.ts'
import { importLifeMs, UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { wrappings } from './unwrap.ts'

/** What an import token holds, sealed: the private half of the wrapping key, and for which key and how long it counts. */
export interface ImportToken { arn: string, algorithm: string, privateKey: string, validToMs: number }

/** A public key under which the caller wraps the material of a key that was made without. Good for a day. */
export async function GetParametersForImport(kms: Kms, input: Input<'GetParametersForImport'>): Promise<Output<'GetParametersForImport'>> {
  const { row } = await keyById(kms, input.KeyId!)
  if (row.origin !== 'EXTERNAL') throw new UnsupportedOperationException(`${row.arn} origin is ${row.origin} which is not valid for this operation.`)
  checkLiving(row)
  const [algorithm, spec] = [input.WrappingAlgorithm!, input.WrappingKeySpec!]
  if (!wrappings[algorithm] || spec === 'SM2') throw new UnsupportedOperationException(`${algorithm} with ${spec} is not supported by Fogbank.`)
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: Number(spec.slice('RSA_'.length)) })
  const validToMs = kms.now() + importLifeMs
  const token: ImportToken = { arn: row.arn, algorithm, validToMs, privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') }
  return {
    KeyId: row.arn, PublicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })), ParametersValidTo: new Date(validToMs),
    ImportToken: new Uint8Array(seal(kms, 'kms.import', JSON.stringify(token))),
  }
}
