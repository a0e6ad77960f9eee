import type { Iam, Input, Output } from '../state.ts'
import { contextKeysOf } from './context-keys.ts'
import { givenPolicies, policiesOfPrincipal } from './sources.ts'

/** Names the condition keys and variables of a user's, a group's or a role's policies, and of more that the request brings. */
export async function GetContextKeysForPrincipalPolicy(iam: Iam, input: Input<'GetContextKeysForPrincipalPolicy'>): Output<'GetContextKeysForPrincipalPolicy'> {
  const { policies } = await policiesOfPrincipal(iam, input.PolicySourceArn)
  return { ContextKeyNames: contextKeysOf([...policies, ...givenPolicies('PolicyInputList', input.PolicyInputList)].map(policy => policy.document)) }
}
