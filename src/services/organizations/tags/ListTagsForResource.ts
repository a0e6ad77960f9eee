import { tagsToList } from '../../../platform/tags.ts'
import { readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { tagged } from './tagged.ts'

export async function ListTagsForResource(orgs: Orgs, input: Input<'ListTagsForResource'>): Output<'ListTagsForResource'> {
  return { Tags: tagsToList((await tagged(orgs, await readable(orgs), input.ResourceId!)).tags) }
}
