import { tagsToList } from '../../../platform/tags.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { provider } from './provider-row.ts'

/** Lists the tags of a provider. */
export async function ListOpenIDConnectProviderTags(iam: Iam, input: Input<'ListOpenIDConnectProviderTags'>): Output<'ListOpenIDConnectProviderTags'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  const { page, next } = pageBy(`tags ${row.arn}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
