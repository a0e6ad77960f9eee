import { entity } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { roleView } from '../views.ts'

/** Answers a role with its boundary and tags. */
export async function GetRole(iam: Iam, input: Input<'GetRole'>): Output<'GetRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  return { Role: roleView(row, iam.state.lastUsed(row.arn)) }
}
