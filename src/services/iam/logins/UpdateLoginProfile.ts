import type { Iam, Input, Output } from '../state.ts'
import { login } from './login.ts'
import { checkPassword, checkReuse, hashPassword, rememberedMax } from './password.ts'

/** Gives a user another password. Errors: NoSuchEntity, PasswordPolicyViolation. */
export async function UpdateLoginProfile(iam: Iam, input: Input<'UpdateLoginProfile'>): Output<'UpdateLoginProfile'> {
  const row = await login(iam, input.UserName)
  const before = [row.password, ...row.before].slice(0, rememberedMax)
  if (input.Password !== undefined) {
    await checkPassword(iam, input.Password)
    await checkReuse(iam, input.Password, before)
  }
  await iam.tables.logins.put({
    ...row, ...input.Password !== undefined && { password: await hashPassword(input.Password), before, changedAt: iam.now() },
    ...input.PasswordResetRequired !== undefined && { resetRequired: input.PasswordResetRequired },
  })
  return {}
}
