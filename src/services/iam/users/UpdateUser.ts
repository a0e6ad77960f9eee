import { entity } from '../entities.ts'
import { moveEntity, renamed } from '../rename.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Changes the name and the path of a user, whose keys, groups, policies and devices go along. Errors: EntityAlreadyExists, NoSuchEntity. */
export async function UpdateUser(iam: Iam, input: Input<'UpdateUser'>): Output<'UpdateUser'> {
  const before = await entity(iam, 'user', input.UserName)
  const after = await renamed(iam, 'user', before, { name: input.NewUserName, path: input.NewPath })
  await moveEntity(iam, 'user', before, after)
  const [old, user] = [before.name.toLowerCase(), after.name]
  for (const group of before.groups) {
    await iam.tables.memberships.delete(group.toLowerCase(), old)
    await iam.tables.memberships.put({ group, user })
  }
  for (const { id } of await iam.tables.userKeys.list({ prefix: [old] })) {
    await iam.tables.userKeys.delete(old, id)
    await iam.tables.userKeys.put({ user, id })
    const key = await iam.tables.accessKeys.get(id)
    if (key) await iam.tables.accessKeys.put({ ...key, user })
  }
  for (const table of [iam.tables.sshKeys, iam.tables.signingCertificates]) {
    for (const row of await table.list({ prefix: [old] })) {
      await table.delete(old, row.id)
      await table.put({ ...row, user })
    }
  }
  const login = await iam.tables.logins.get(old)
  if (login) {
    await iam.tables.logins.delete(old)
    await iam.tables.logins.put({ ...login, user })
  }
  for (const device of (await iam.tables.mfaDevices.list()).filter(one => one.user === before.name)) await iam.tables.mfaDevices.put({ ...device, user })
  return {}
}
