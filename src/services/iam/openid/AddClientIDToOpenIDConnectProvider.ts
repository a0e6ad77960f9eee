import type { Iam, Input, Output } from '../state.ts'
import { checkClientIds, provider } from './provider-row.ts'

/** Takes tokens that were issued for one audience more; one that is there already is no error. */
export async function AddClientIDToOpenIDConnectProvider(
  iam: Iam, input: Input<'AddClientIDToOpenIDConnectProvider'>
): Output<'AddClientIDToOpenIDConnectProvider'> {
  const row = await provider(iam, input.OpenIDConnectProviderArn)
  await iam.tables.openIdProviders.put({ ...row, clientIds: checkClientIds([...row.clientIds, input.ClientID!]) })
  return {}
}
