import { callerName } from '../authorization.ts'
import { AccessDenied, InvalidUserType, type Iam, type Input, type Output } from '../state.ts'
import { login } from './login.ts'
import { checkPassword, checkReuse, hashPassword, isPassword, rememberedMax } from './password.ts'

/** Changes the password of the user who calls. Errors: AccessDenied (the old password is wrong), InvalidUserType, PasswordPolicyViolation. */
export async function ChangePassword(iam: Iam, input: Input<'ChangePassword'>): Output<'ChangePassword'> {
  const name = callerName(iam)
  if (name === undefined) throw new InvalidUserType('Only IAM Users can change their own password')
  const row = await login(iam, name)
  if (!await isPassword(input.OldPassword!, row.password)) throw new AccessDenied('The old password was incorrect.')
  await checkPassword(iam, input.NewPassword!)
  const before = [row.password, ...row.before].slice(0, rememberedMax)
  await checkReuse(iam, input.NewPassword!, before)
  await iam.tables.logins.put({ ...row, password: await hashPassword(input.NewPassword!), before, changedAt: iam.now(), resetRequired: false })
  return {}
}
