import { profile } from '../entities.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes an instance profile that holds no role. */
export async function DeleteInstanceProfile(iam: Iam, input: Input<'DeleteInstanceProfile'>): Output<'DeleteInstanceProfile'> {
  const row = await profile(iam, input.InstanceProfileName)
  if (row.role !== undefined) throw new DeleteConflict('Cannot delete entity, must remove roles from instance profile first.')
  await iam.tables.profiles.delete(row.name.toLowerCase())
  return {}
}
