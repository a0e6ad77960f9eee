import type { Iam, Input, Output } from '../state.ts'
import { contextKeysOf } from './context-keys.ts'
import { givenPolicies } from './sources.ts'

/** Names the condition keys and variables of policies. Errors: InvalidInput. */
export async function GetContextKeysForCustomPolicy(_iam: Iam, input: Input<'GetContextKeysForCustomPolicy'>): Output<'GetContextKeysForCustomPolicy'> {
  return { ContextKeyNames: contextKeysOf(givenPolicies('PolicyInputList', input.PolicyInputList).map(policy => policy.document)) }
}
