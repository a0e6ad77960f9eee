import { entity } from '../entities.ts'
import { EntityAlreadyExists, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'
import { device, devicesPerUserMax, wrongCodes } from './device.ts'
import { stepOfPair } from './totp.ts'

/** Gives a device to a user, who shows by two codes in a row that it is in hand. Errors: EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded. */
export async function EnableMFADevice(iam: Iam, input: Input<'EnableMFADevice'>): Output<'EnableMFADevice'> {
  const user = await entity(iam, 'user', input.UserName)
  const row = await device(iam, input.SerialNumber)
  if (row.user !== undefined) throw new EntityAlreadyExists('MFA Device is already in use.')
  const own = (await iam.tables.mfaDevices.list()).filter(one => one.user === user.name)
  if (own.length >= devicesPerUserMax) throw new LimitExceeded(`Cannot exceed quota for MFADevicesPerUser: ${devicesPerUserMax}`)
  const lastStep = stepOfPair(row.seed, input.AuthenticationCode1!, input.AuthenticationCode2!, iam.now())
  if (lastStep === undefined) throw wrongCodes()
  await iam.tables.mfaDevices.put({ ...row, user: user.name, enabledAt: iam.now(), lastStep })
  return {}
}
