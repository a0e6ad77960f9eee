import { userOrCaller } from '../caller.ts'
import type { Iam, Input, Output } from '../state.ts'
import { login } from './login.ts'

/** Takes a user's password away. */
export async function DeleteLoginProfile(iam: Iam, input: Input<'DeleteLoginProfile'>): Output<'DeleteLoginProfile'> {
  const row = await login(iam, userOrCaller(iam, input.UserName))
  await iam.tables.logins.delete(row.user.toLowerCase())
  return {}
}
