import { CreateVirtualMFADevice } from './CreateVirtualMFADevice.ts'
import { DeactivateMFADevice } from './DeactivateMFADevice.ts'
import { DeleteVirtualMFADevice } from './DeleteVirtualMFADevice.ts'
import { EnableMFADevice } from './EnableMFADevice.ts'
import { GetMFADevice } from './GetMFADevice.ts'
import { ListMFADevices } from './ListMFADevices.ts'
import { ListMFADeviceTags } from './ListMFADeviceTags.ts'
import { ListVirtualMFADevices } from './ListVirtualMFADevices.ts'
import { ResyncMFADevice } from './ResyncMFADevice.ts'
import { TagMFADevice } from './TagMFADevice.ts'
import { UntagMFADevice } from './UntagMFADevice.ts'

/** Operations on devices of multi-factor authentication. */
export const mfaDevices = {
  CreateVirtualMFADevice, DeactivateMFADevice, DeleteVirtualMFADevice, EnableMFADevice, GetMFADevice, ListMFADevices, ListMFADeviceTags, ListVirtualMFADevices,
  ResyncMFADevice, TagMFADevice, UntagMFADevice,
}
