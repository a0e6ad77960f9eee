import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { EntityAlreadyExists, ValidationError, type Iam, type Input, type Output } from '../state.ts'
import { loginView } from './login.ts'
import { checkPassword, hashPassword } from './password.ts'

/** Gives a user a password, of which a hash is kept. Errors: EntityAlreadyExists, PasswordPolicyViolation. */
export async function CreateLoginProfile(iam: Iam, input: Input<'CreateLoginProfile'>): Output<'CreateLoginProfile'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  if (input.Password === undefined) {
    throw new ValidationError("1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
  }
  if (await iam.tables.logins.get(user.name.toLowerCase())) throw new EntityAlreadyExists(`Login Profile for user ${user.name} already exists.`)
  await checkPassword(iam, input.Password)
  const row = {
    user: user.name, password: await hashPassword(input.Password), before: [], createdAt: iam.now(), changedAt: iam.now(),
    resetRequired: input.PasswordResetRequired ?? false
  }
  await iam.tables.logins.put(row)
  return { LoginProfile: loginView(row) }
}
