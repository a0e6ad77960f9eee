import { entity } from '../entities.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { InvalidAuthenticationCode, NoSuchEntity, type Iam, type MfaDeviceRow, type UserRow } from '../state.ts'
import { userView } from '../views.ts'

export const devicesPerUserMax = 8

/** The device of a serial number, which is its ARN; throws NoSuchEntity. */
export async function device(iam: Iam, serial: string | undefined): Promise<MfaDeviceRow> {
  const row = await iam.tables.mfaDevices.get(String(serial).slice(String(serial).lastIndexOf('/') + 1).toLowerCase())
  if (!row || row.serial !== serial) throw new NoSuchEntity(`VirtualMFADevice with serial number ${serial} does not exist.`)
  return row
}

/** The device that a user has switched on. */
export async function deviceOf(iam: Iam, user: UserRow, serial: string | undefined): Promise<MfaDeviceRow> {
  const row = await device(iam, serial)
  if (row.user !== user.name) throw new NoSuchEntity(`MFA Device invalid for user.`)
  return row
}

export const wrongCodes = () => new InvalidAuthenticationCode('Authentication code for device is not valid.')

/** A device as lists answer it, with its user where it is switched on. */
export async function deviceView(iam: Iam, row: MfaDeviceRow) {
  const user = row.user === undefined ? undefined : userView(await entity(iam, 'user', row.user))
  return {
    SerialNumber: row.serial, ...user && { User: user, EnableDate: new Date(row.enabledAt!) },
    ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) }
  }
}
