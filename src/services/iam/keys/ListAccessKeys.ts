import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the access keys of a user, without their secrets. */
export async function ListAccessKeys(iam: Iam, input: Input<'ListAccessKeys'>): Output<'ListAccessKeys'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const ids = await iam.tables.userKeys.list({ prefix: [user.name.toLowerCase()] })
  const keys = (await Promise.all(ids.map(({ id }) => iam.tables.accessKeys.get(id)))).filter(key => key !== undefined)
  const { page, next } = pageBy(`keys ${user.id}`, keys, input, key => key.id)
  return {
    AccessKeyMetadata: page.map(key => ({ UserName: user.name, AccessKeyId: key.id, Status: key.status, CreateDate: new Date(key.createdAt) })), ...next
  }
}
