import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** Answers what passwords of the account's users must be like, where it has been said. */
export async function GetAccountPasswordPolicy(iam: Iam, _input: Input<'GetAccountPasswordPolicy'>): Output<'GetAccountPasswordPolicy'> {
  const row = await iam.tables.passwordPolicies.get('policy')
  if (!row) throw new NoSuchEntity(`The Password Policy with domain name ${iam.account} cannot be found.`)
  const { id: _id, ...PasswordPolicy } = row
  return { PasswordPolicy: { ...PasswordPolicy, ExpirePasswords: (row.MaxPasswordAge ?? 0) > 0 } }
}
