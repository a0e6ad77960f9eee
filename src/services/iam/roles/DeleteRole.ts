import { entity } from '../entities.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'
import { dropRole } from './drop.ts'
import { refuseLinked } from './service-linked.ts'

/** Deletes a role that has no policies and is in no instance profile. Sessions of it may do nothing from now on. */
export async function DeleteRole(iam: Iam, input: Input<'DeleteRole'>): Output<'DeleteRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  refuseLinked(row)
  for await (const profile of iam.tables.profiles.each()) {
    if (profile.role?.toLowerCase() === row.name.toLowerCase()) throw new DeleteConflict('Cannot delete entity, must remove roles from instance profile first.')
  }
  if (row.attached.length > 0) throw new DeleteConflict('Cannot delete entity, must detach all policies first.')
  if (Object.keys(row.inline).length > 0) throw new DeleteConflict('Cannot delete entity, must delete policies first.')
  await dropRole(iam, row)
  return {}
}
