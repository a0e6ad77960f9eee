import type { Iam, Input, Output } from '../state.ts'

/** Lists the ARNs of all providers of the account. */
export async function ListOpenIDConnectProviders(iam: Iam, _input: Input<'ListOpenIDConnectProviders'>): Output<'ListOpenIDConnectProviders'> {
  return { OpenIDConnectProviderList: (await iam.tables.openIdProviders.list()).map(({ arn }) => ({ Arn: arn })) }
}
