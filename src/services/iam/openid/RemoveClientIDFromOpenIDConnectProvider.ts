import type { Iam, Input, Output } from '../state.ts'
import { provider } from './provider-row.ts'

/** Takes tokens of an audience no more; one that is not there is no error. */
export async function RemoveClientIDFromOpenIDConnectProvider(
  iam: Iam, input: Input<'RemoveClientIDFromOpenIDConnectProvider'>,
): Output<'RemoveClientIDFromOpenIDConnectProvider'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  await iam.tables.openIdProviders.put({ ...row, clientIds: row.clientIds.filter(id => id !== input.ClientID) })
  return {}
}
