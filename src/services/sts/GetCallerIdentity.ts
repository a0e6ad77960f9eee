import type { Input, Output, Sts } from './state.ts'

/** Answers who calls. Needs no permission: a denial would tell the same. */
export async function GetCallerIdentity(sts: Sts, _input: Input<'GetCallerIdentity'>): Output<'GetCallerIdentity'> {
  const { userId, account, arn } = sts.principal
  return { UserId: userId, Account: account, Arn: arn }
}
