import { newAccessKeyId, newSecretKey } from '../access-keys.ts'
import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { accessKeysPerUserMax, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'

/** Makes an access key of a user, of which there are two at most. Its secret is answered this once. */
export async function CreateAccessKey(iam: Iam, input: Input<'CreateAccessKey'>): Output<'CreateAccessKey'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const keys = await iam.tables.userKeys.list({ prefix: [user.name.toLowerCase()] })
  if (keys.length >= accessKeysPerUserMax) throw new LimitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${accessKeysPerUserMax}`)
  const row = {
    id: newAccessKeyId('AKIA', iam.account), account: iam.account, user: user.name, secret: newSecretKey(), status: 'Active' as const, createdAt: iam.now()
  }
  await iam.tables.accessKeys.put(row)
  await iam.tables.userKeys.put({ user: user.name, id: row.id })
  return { AccessKey: { UserName: user.name, AccessKeyId: row.id, Status: row.status, SecretAccessKey: row.secret, CreateDate: new Date(row.createdAt) } }
}
