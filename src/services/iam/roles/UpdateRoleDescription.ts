import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import type { Iam, Input, Output } from '../state.ts'
import { roleView } from '../views.ts'

/** Changes a role's description, and answers the role. */
export async function UpdateRoleDescription(iam: Iam, input: Input<'UpdateRoleDescription'>): Output<'UpdateRoleDescription'> {
  const row = { ...await entity(iam, 'role', input.RoleName), description: input.Description! }
  await save(iam, 'role', row)
  return { Role: roleView(row) }
}
