import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { moveEntity, renamed } from '../rename.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Changes the name and the path of a group, whose users and policies go along. Errors: EntityAlreadyExists, NoSuchEntity. */
export async function UpdateGroup(iam: Iam, input: Input<'UpdateGroup'>): Output<'UpdateGroup'> {
  const before = await entity(iam, 'group', input.GroupName)
  const after = await renamed(iam, 'group', before, { name: input.NewGroupName, path: input.NewPath })
  await moveEntity(iam, 'group', before, after)
  for (const { user } of await iam.tables.memberships.list({ prefix: [before.name.toLowerCase()] })) {
    await iam.tables.memberships.delete(before.name.toLowerCase(), user.toLowerCase())
    await iam.tables.memberships.put({ group: after.name, user })
    const row = await entity(iam, 'user', user)
    await save(iam, 'user', { ...row, groups: row.groups.map(name => name === before.name ? after.name : name) } as typeof row)
  }
  return {}
}
