import { KMSInvalidSignatureException, type Input, type Kms, type Output } from '../state.ts'
import { publicKeyOf } from '../keys/material.ts'
import { verifyMessage } from './signing.ts'
import { checkAlgorithm, checkOptions, usableKey } from './use.ts'

/** Whether a signature is the key's of this message; where it is not, KMSInvalidSignatureException. */
export async function Verify(kms: Kms, input: Input<'Verify'>): Promise<Output<'Verify'>> {
  const key = await usableKey(kms, input.KeyId!, 'SIGN_VERIFY')
  checkAlgorithm(key, 'signing', input.SigningAlgorithm!)
  const isValid = verifyMessage(publicKeyOf(key.row), input, input.Signature!)
  checkOptions(input)
  if (!isValid) throw new KMSInvalidSignatureException('')
  return { KeyId: key.row.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm }
}
