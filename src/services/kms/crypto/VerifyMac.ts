import { timingSafeEqual } from 'node:crypto'
import { KMSInvalidMacException, type Input, type Kms, type Output } from '../state.ts'
import { macOf } from './mac.ts'
import { checkOptions, usableKey } from './use.ts'

/** Whether a message has this authentication code; where it has not, KMSInvalidMacException. */
export async function VerifyMac(kms: Kms, input: Input<'VerifyMac'>): Promise<Output<'VerifyMac'>> {
  const key = await usableKey(kms, input.KeyId!, 'GENERATE_VERIFY_MAC')
  const mac = macOf(kms, key, input.MacAlgorithm!, input.Message!)
  checkOptions(input)
  const given = input.Mac!
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) throw new KMSInvalidMacException('')
  return { KeyId: key.row.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm }
}
