import { tagsToList } from '../../../platform/tags.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { device } from './device.ts'

/** Lists the tags of a device. */
export async function ListMFADeviceTags(iam: Iam, input: Input<'ListMFADeviceTags'>): Output<'ListMFADeviceTags'> {
  const row = await device(iam, input.SerialNumber)
  const { page, next } = pageBy(`tags ${row.serial}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
