import { withoutTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { provider } from './provider-row.ts'

/** Takes tags from a provider; a key it has not is no error. */
export async function UntagOpenIDConnectProvider(iam: Iam, input: Input<'UntagOpenIDConnectProvider'>): Output<'UntagOpenIDConnectProvider'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  await iam.tables.openIdProviders.put({ ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
