import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'
import { device } from './device.ts'

/** Deletes a device that nobody uses. Errors: DeleteConflict, NoSuchEntity. */
export async function DeleteVirtualMFADevice(iam: Iam, input: Input<'DeleteVirtualMFADevice'>): Output<'DeleteVirtualMFADevice'> {
  const row = await device(iam, input.SerialNumber)
  if (row.user !== undefined) throw new DeleteConflict('MFA VirtualDevice in use. Must deactivate first.')
  await iam.tables.mfaDevices.delete(row.name.toLowerCase())
  return {}
}
