import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Bounds what a user may do by a managed policy. */
export async function PutUserPermissionsBoundary(iam: Iam, input: Input<'PutUserPermissionsBoundary'>): Output<'PutUserPermissionsBoundary'> {
  const row = await entity(iam, 'user', input.UserName)
  await setBoundary(iam, 'user', row, input.PermissionsBoundary)
  await save(iam, 'user', row)
  return {}
}
