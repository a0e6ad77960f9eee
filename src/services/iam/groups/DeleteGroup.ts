import { entity } from '../entities.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes a group without users and policies. */
export async function DeleteGroup(iam: Iam, input: Input<'DeleteGroup'>): Output<'DeleteGroup'> {
  const row = await entity(iam, 'group', input.GroupName)
  const members = await iam.tables.memberships.list({ prefix: [row.name.toLowerCase()], limit: 1 })
  if (members.length > 0) throw new DeleteConflict('Cannot delete entity, must remove users from group first.')
  if (row.attached.length > 0) throw new DeleteConflict('Cannot delete entity, must detach all policies first.')
  if (Object.keys(row.inline).length > 0) throw new DeleteConflict('Cannot delete entity, must delete policies first.')
  await iam.tables.groups.delete(row.name.toLowerCase())
  return {}
}
