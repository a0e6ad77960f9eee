import { withoutTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { device } from './device.ts'

/** Takes tags from a device; a key it has not is no error. */
export async function UntagMFADevice(iam: Iam, input: Input<'UntagMFADevice'>): Output<'UntagMFADevice'> {
  const row = await device(iam, input.SerialNumber)
  await iam.tables.mfaDevices.put({ ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
