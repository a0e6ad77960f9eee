import type { Iam, Input, Output } from '../state.ts'

/** Says what passwords must be like. What is left out takes its default, as in AWS: this is no change of single members. */
export async function UpdateAccountPasswordPolicy(iam: Iam, input: Input<'UpdateAccountPasswordPolicy'>): Output<'UpdateAccountPasswordPolicy'> {
  const { MaxPasswordAge, PasswordReusePrevention, HardExpiry } = input
  await iam.tables.passwordPolicies.put({
    id: 'policy', MinimumPasswordLength: input.MinimumPasswordLength ?? 6, RequireSymbols: input.RequireSymbols ?? false,
    RequireNumbers: input.RequireNumbers ?? false,
    RequireUppercaseCharacters: input.RequireUppercaseCharacters ?? false, RequireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
    AllowUsersToChangePassword: input.AllowUsersToChangePassword ?? false, ...MaxPasswordAge !== undefined && { MaxPasswordAge },
    ...PasswordReusePrevention !== undefined && { PasswordReusePrevention }, ...HardExpiry !== undefined && { HardExpiry },
  })
  return {}
}
