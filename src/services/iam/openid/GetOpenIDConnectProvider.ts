import { tagsToList } from '../../../platform/tags.ts'
import type { Iam, Input, Output } from '../state.ts'
import { provider } from './provider-row.ts'

/** Answers a provider: its address without the scheme, its audiences and thumbprints. */
export async function GetOpenIDConnectProvider(iam: Iam, input: Input<'GetOpenIDConnectProvider'>): Output<'GetOpenIDConnectProvider'> {
  const { issuer, clientIds, thumbprints, createdAt, tags } = await provider(iam, input.OpenIDConnectProviderArn)
  return { Url: issuer, ClientIDList: clientIds, ThumbprintList: thumbprints, CreateDate: new Date(createdAt), Tags: tagsToList(tags) }
}
