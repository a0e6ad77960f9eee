import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { userView } from '../views.ts'

/** Answers a user; the one who calls, where none is named. */
export async function GetUser(iam: Iam, input: Input<'GetUser'>): Output<'GetUser'> {
  // The root has a user's shape, without a name.
  if (input.UserName === undefined && iam.principal.type === 'root') {
    const { account, arn } = iam.principal
    return { User: { Path: '/', UserName: undefined, UserId: account, Arn: arn, CreateDate: new Date(0) } }
  }
  return { User: userView(await entity(iam, 'user', userOrCaller(iam, input.UserName))) }
}
