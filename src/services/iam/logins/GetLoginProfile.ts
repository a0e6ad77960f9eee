import { userOrCaller } from '../caller.ts'
import type { Iam, Input, Output } from '../state.ts'
import { login, loginView } from './login.ts'

/** Says whether a user has a password, and since when. */
export async function GetLoginProfile(iam: Iam, input: Input<'GetLoginProfile'>): Output<'GetLoginProfile'> {
  return { LoginProfile: loginView(await login(iam, userOrCaller(iam, input.UserName))) }
}
