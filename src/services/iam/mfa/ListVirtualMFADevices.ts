import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { deviceView } from './device.ts'

/** Lists the account's devices: those in use (`Assigned`), those that are not, or all. */
export async function ListVirtualMFADevices(iam: Iam, input: Input<'ListVirtualMFADevices'>): Output<'ListVirtualMFADevices'> {
  const { AssignmentStatus = 'Any' } = input
  const rows = (await iam.tables.mfaDevices.list()).filter(row => AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === (row.user !== undefined))
  const { page, next } = pageBy(`virtual ${AssignmentStatus}`, rows, input, row => row.name.toLowerCase())
  return { VirtualMFADevices: await Promise.all(page.map(row => deviceView(iam, row))), ...next }
}
