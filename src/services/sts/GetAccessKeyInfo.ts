import { ValidationError, type Input, type Output, type Sts } from './state.ts'

/** Answers the account that an access key id belongs to, of whatever state the key is. */
export async function GetAccessKeyInfo(sts: Sts, input: Input<'GetAccessKeyInfo'>): Output<'GetAccessKeyInfo'> {
  const account = await sts.state.sessions.accountOf(input.AccessKeyId!)
  if (account === undefined) throw new ValidationError(`Invalid type for AccessKeyId: ${input.AccessKeyId}`)
  return { Account: account }
}
