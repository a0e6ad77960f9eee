import { tagsToList } from '../../../platform/tags.ts'
import type { Db, Input, Output } from '../state.ts'
import { taggedTable } from './resource.ts'

/** The tags of a table; all of them fit one page. */
export async function ListTagsOfResource(db: Db, input: Input<'ListTagsOfResource'>): Promise<Output<'ListTagsOfResource'>> {
  return { Tags: tagsToList((await taggedTable(db, input.ResourceArn)).tags) }
}
