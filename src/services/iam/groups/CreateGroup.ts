import { newEntity, refuseExisting } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'
import { groupView } from '../views.ts'

/** Makes a group, whose policies its users have. */
export async function CreateGroup(iam: Iam, input: Input<'CreateGroup'>): Output<'CreateGroup'> {
  const row = newEntity(iam, 'group', input.GroupName, { Path: input.Path })
  await refuseExisting(iam, 'group', row.name)
  await save(iam, 'group', row)
  return { Group: groupView(row) }
}
