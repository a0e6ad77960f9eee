import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'
import { refuseLinked } from './service-linked.ts'

/** Takes the boundary of a role away. */
export async function DeleteRolePermissionsBoundary(iam: Iam, input: Input<'DeleteRolePermissionsBoundary'>): Output<'DeleteRolePermissionsBoundary'> {
  const row = await entity(iam, 'role', input.RoleName)
  refuseLinked(row)
  if (row.boundary === undefined) throw new NoSuchEntity(`Role ${row.name} does not have a permissions boundary.`)
  await setBoundary(iam, 'role', row, undefined)
  await save(iam, 'role', row)
  return {}
}
