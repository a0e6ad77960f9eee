import { entity } from '../entities.ts'
import { setBoundary } from '../managed.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes a role that has no policies and is in no instance profile. Sessions of it may do nothing from now on. */
export async function DeleteRole(iam: Iam, input: Input<'DeleteRole'>): Output<'DeleteRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  for await (const profile of iam.tables.profiles.each()) {
    if (profile.role?.toLowerCase() === row.name.toLowerCase()) throw new DeleteConflict('Cannot delete entity, must remove roles from instance profile first.')
  }
  if (row.attached.length > 0) throw new DeleteConflict('Cannot delete entity, must detach all policies first.')
  if (Object.keys(row.inline).length > 0) throw new DeleteConflict('Cannot delete entity, must delete policies first.')
  await setBoundary(iam, 'role', row, undefined)
  await iam.tables.roles.delete(row.name.toLowerCase())
  iam.publish('iam.role.changed', { roleArn: row.arn })
  return {}
}
