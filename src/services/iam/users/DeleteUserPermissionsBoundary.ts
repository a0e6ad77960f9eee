import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** Takes the boundary of a user away. */
export async function DeleteUserPermissionsBoundary(iam: Iam, input: Input<'DeleteUserPermissionsBoundary'>): Output<'DeleteUserPermissionsBoundary'> {
  const row = await entity(iam, 'user', input.UserName)
  if (row.boundary === undefined) throw new NoSuchEntity(`User ${row.name} does not have a permissions boundary.`)
  await setBoundary(iam, 'user', row, undefined)
  await save(iam, 'user', row)
  return {}
}
