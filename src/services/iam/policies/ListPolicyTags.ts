import { tagsToList } from '../../../platform/tags.ts'
import { managedPolicy } from '../managed.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the tags of a managed policy. */
export async function ListPolicyTags(iam: Iam, input: Input<'ListPolicyTags'>): Output<'ListPolicyTags'> {
  const row = await managedPolicy(iam, input.PolicyArn)
  const { page, next } = pageBy(`tags ${row.id}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
