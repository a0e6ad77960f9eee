import type { Iam, Input, Output } from '../state.ts'
import { InvalidInput } from '../state.ts'

/** Trusts a provider no more. One that is not there is no error; roles that name it stay as they are. */
export async function DeleteOpenIDConnectProvider(iam: Iam, input: Input<'DeleteOpenIDConnectProvider'>): Output<'DeleteOpenIDConnectProvider'> {
  const issuer = /:oidc-provider\/(.+)$/.exec(input.OpenIDConnectProviderArn ?? '')?.[1]
  if (issuer === undefined) throw new InvalidInput(`Invalid ARN:  Could not be parsed! ${input.OpenIDConnectProviderArn}`)
  await iam.tables.openIdProviders.delete(issuer.toLowerCase())
  return {}
}
