import type { Input, Kms, Output } from '../state.ts'
import { keyById } from '../keys/key.ts'

/** The names of a key's policies: it has one. */
export async function ListKeyPolicies(kms: Kms, input: Input<'ListKeyPolicies'>): Promise<Output<'ListKeyPolicies'>> {
  await keyById(kms, input.KeyId!)
  return { PolicyNames: ['default'], Truncated: false }
}
