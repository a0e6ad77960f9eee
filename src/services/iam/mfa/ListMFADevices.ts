import { callerName } from '../authorization.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the devices of a user; of the one who calls, where none is named. The root has none. */
export async function ListMFADevices(iam: Iam, input: Input<'ListMFADevices'>): Output<'ListMFADevices'> {
  const name = input.UserName ?? callerName(iam)
  if (name === undefined) return { MFADevices: [], IsTruncated: false }
  const user = await entity(iam, 'user', name)
  const rows = (await iam.tables.mfaDevices.list()).filter(row => row.user === user.name)
  const { page, next } = pageBy(`mfa ${user.id}`, rows, input, row => row.name.toLowerCase())
  return { MFADevices: page.map(row => ({ UserName: user.name, SerialNumber: row.serial, EnableDate: new Date(row.enabledAt!) })), ...next }
}
