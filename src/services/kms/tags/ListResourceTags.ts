import { tagsToList } from '../../../platform/tags.ts'
import type { Input, Kms, Output } from '../state.ts'
import { keyById, pageAfter } from '../keys/key.ts'

/** The tags of a key, fifty a page where Limit is not given. */
export async function ListResourceTags(kms: Kms, input: Input<'ListResourceTags'>): Promise<Output<'ListResourceTags'>> {
  const { row } = await keyById(kms, input.KeyId!)
  const { page, more } = pageAfter('ListResourceTags', tagsToList(row.tags), tag => tag.Key, input, 50)
  return { Tags: page.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })), ...more }
}
