import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** Forgets what passwords must be like: the defaults hold again. */
export async function DeleteAccountPasswordPolicy(iam: Iam, _input: Input<'DeleteAccountPasswordPolicy'>): Output<'DeleteAccountPasswordPolicy'> {
  if (!await iam.tables.passwordPolicies.get('policy')) throw new NoSuchEntity('The account policy with name PasswordPolicy cannot be found.')
  await iam.tables.passwordPolicies.delete('policy')
  return {}
}
