import { entity } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { deviceOf, wrongCodes } from './device.ts'
import { stepOfPair } from './totp.ts'

/** Sets a device right by two codes in a row. Errors: InvalidAuthenticationCode, NoSuchEntity. */
export async function ResyncMFADevice(iam: Iam, input: Input<'ResyncMFADevice'>): Output<'ResyncMFADevice'> {
  const row = await deviceOf(iam, await entity(iam, 'user', input.UserName), input.SerialNumber)
  const lastStep = stepOfPair(row.seed, input.AuthenticationCode1!, input.AuthenticationCode2!, iam.now())
  if (lastStep === undefined) throw wrongCodes()
  await iam.tables.mfaDevices.put({ ...row, lastStep })
  return {}
}
