import { entity } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { device, deviceOf } from './device.ts'

/** Says whose a device is, and since when. */
export async function GetMFADevice(iam: Iam, input: Input<'GetMFADevice'>): Output<'GetMFADevice'> {
  const row = input.UserName === undefined
    ? await device(iam, input.SerialNumber)
    : await deviceOf(iam, await entity(iam, 'user', input.UserName), input.SerialNumber)
  return { SerialNumber: row.serial, ...row.user !== undefined && { UserName: row.user, EnableDate: new Date(row.enabledAt!) } }
}
