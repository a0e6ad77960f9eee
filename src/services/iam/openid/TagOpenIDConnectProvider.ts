import { checkedTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { provider } from './provider-row.ts'

/** Adds tags to a provider; a tag of the same key is replaced. */
export async function TagOpenIDConnectProvider(iam: Iam, input: Input<'TagOpenIDConnectProvider'>): Output<'TagOpenIDConnectProvider'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  await iam.tables.openIdProviders.put({ ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
