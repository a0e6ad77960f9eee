import { entity } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { checkDuration } from '../role-settings.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Changes a role's description and its longest session. */
export async function UpdateRole(iam: Iam, input: Input<'UpdateRole'>): Output<'UpdateRole'> {
  checkDuration(input.MaxSessionDuration)
  const row = await entity(iam, 'role', input.RoleName)
  await save(iam, 'role', {
    ...row, ...input.Description !== undefined && { description: input.Description },
    ...input.MaxSessionDuration !== undefined && { maxSessionDurationSeconds: input.MaxSessionDuration },
  } as typeof row)
  return {}
}
