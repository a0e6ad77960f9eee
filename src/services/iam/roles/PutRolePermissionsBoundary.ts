import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import type { Iam, Input, Output } from '../state.ts'
import { refuseLinked } from './service-linked.ts'

/** Bounds what a role may do by a managed policy. */
export async function PutRolePermissionsBoundary(iam: Iam, input: Input<'PutRolePermissionsBoundary'>): Output<'PutRolePermissionsBoundary'> {
  const row = await entity(iam, 'role', input.RoleName)
  refuseLinked(row)
  await setBoundary(iam, 'role', row, input.PermissionsBoundary)
  await save(iam, 'role', row)
  return {}
}
