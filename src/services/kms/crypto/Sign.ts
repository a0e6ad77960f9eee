import type { Input, Kms, Output } from '../state.ts'
import { privateKeyOf } from './asymmetric.ts'
import { signMessage } from './signing.ts'
import { checkAlgorithm, checkOptions, usableKey } from './use.ts'

/** Signs a message of up to 4,096 bytes, or the digest of one. */
export async function Sign(kms: Kms, input: Input<'Sign'>): Promise<Output<'Sign'>> {
  const key = await usableKey(kms, input.KeyId!, 'SIGN_VERIFY')
  checkAlgorithm(key, 'signing', input.SigningAlgorithm!)
  const Signature = new Uint8Array(signMessage(privateKeyOf(kms, key.row), input))
  checkOptions(input)
  return { KeyId: key.row.arn, Signature, SigningAlgorithm: input.SigningAlgorithm }
}
