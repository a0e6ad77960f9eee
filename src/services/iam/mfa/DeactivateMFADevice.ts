import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { deviceOf } from './device.ts'

/** Takes a device from its user. */
export async function DeactivateMFADevice(iam: Iam, input: Input<'DeactivateMFADevice'>): Output<'DeactivateMFADevice'> {
  const { user: _user, enabledAt: _enabledAt, ...row } = await deviceOf(iam, await entity(iam, 'user', userOrCaller(iam, input.UserName)), input.SerialNumber)
  await iam.tables.mfaDevices.put(row)
  return {}
}
