import type { Iam, Input, Output } from '../state.ts'
import { checkThumbprints, provider } from './provider-row.ts'

/** Replaces the list of a provider's thumbprints. */
export async function UpdateOpenIDConnectProviderThumbprint(
  iam: Iam, input: Input<'UpdateOpenIDConnectProviderThumbprint'>,
): Output<'UpdateOpenIDConnectProviderThumbprint'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  await iam.tables.openIdProviders.put({ ...row, thumbprints: checkThumbprints(input.ThumbprintList) })
  return {}
}
