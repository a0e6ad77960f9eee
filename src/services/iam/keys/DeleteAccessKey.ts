import type { Iam, Input, Output } from '../state.ts'
import { keyOf } from '../user-keys.ts'

/** Deletes an access key; calls signed with it fail from now on. */
export async function DeleteAccessKey(iam: Iam, input: Input<'DeleteAccessKey'>): Output<'DeleteAccessKey'> {
  const { user, key } = await keyOf(iam, input.UserName, input.AccessKeyId)
  await iam.tables.accessKeys.delete(key.id)
  await iam.tables.deletedKeys.put({ id: key.id })
  await iam.tables.userKeys.delete(user.name.toLowerCase(), key.id)
  return {}
}
