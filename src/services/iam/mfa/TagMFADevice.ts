import { checkedTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { device } from './device.ts'

/** Adds tags to a device; a tag of the same key is replaced. */
export async function TagMFADevice(iam: Iam, input: Input<'TagMFADevice'>): Output<'TagMFADevice'> {
  const row = await device(iam, input.SerialNumber)
  await iam.tables.mfaDevices.put({ ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
