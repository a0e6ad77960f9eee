import { userOrCaller } from './caller.ts'
import { entity } from './entities.ts'
import { NoSuchEntity, type AccessKeyRow, type Iam, type UserRow } from './state.ts'

/** An access key of a user; throws NoSuchEntity. */
export async function keyOf(iam: Iam, userName: string | undefined, id: string | undefined): Promise<{ user: UserRow, key: AccessKeyRow }> {
  const user = await entity(iam, 'user', userOrCaller(iam, userName))
  const key = await iam.tables.accessKeys.get(id!)
  if (!key || key.account !== iam.account || key.user !== user.name) throw new NoSuchEntity(`The Access Key with id ${id} cannot be found.`)
  return { user, key }
}
