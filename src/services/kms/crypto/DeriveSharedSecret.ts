import { createPublicKey, diffieHellman } from 'node:crypto'
import { ValidationException, type Input, type Kms, type Output } from '../state.ts'
import { privateKeyOf } from './asymmetric.ts'
import { checkOptions, usableKey } from './use.ts'

/** The secret that an elliptic key and another party's public key share: ECDH's x coordinate. */
export async function DeriveSharedSecret(kms: Kms, input: Input<'DeriveSharedSecret'>): Promise<Output<'DeriveSharedSecret'>> {
  const { row } = await usableKey(kms, input.KeyId!, 'KEY_AGREEMENT')
  checkOptions(input)
  try {
    const publicKey = createPublicKey({ key: Buffer.from(input.PublicKey!), format: 'der', type: 'spki' })
    const SharedSecret = new Uint8Array(diffieHellman({ privateKey: privateKeyOf(kms, row), publicKey }))
    return { KeyId: row.arn, SharedSecret, KeyAgreementAlgorithm: 'ECDH', KeyOrigin: row.origin }
  } catch {
    throw new ValidationException(`The PublicKey is not a public key on the curve of ${row.spec}.`)
  }
}
