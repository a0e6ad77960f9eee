import { checkTrustPolicy } from '../documents.ts'
import { newEntity, refuseExisting } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import type { Iam, Input, Output, RoleRow } from '../state.ts'
import { checkDuration } from '../role-settings.ts'
import { roleView } from '../views.ts'

/** Makes a role that the principals of its trust policy may assume. Errors: EntityAlreadyExists, MalformedPolicyDocument, ValidationError. */
export async function CreateRole(iam: Iam, input: Input<'CreateRole'>): Output<'CreateRole'> {
  const base = newEntity(iam, 'role', input.RoleName, input)
  checkDuration(input.MaxSessionDuration)
  checkTrustPolicy(input.AssumeRolePolicyDocument!)
  await refuseExisting(iam, 'role', base.name)
  const row: RoleRow = {
    ...base, trustPolicy: input.AssumeRolePolicyDocument!, maxSessionDurationSeconds: input.MaxSessionDuration ?? 3600,
    ...input.Description !== undefined && { description: input.Description },
  }
  await setBoundary(iam, 'role', row, input.PermissionsBoundary)
  await save(iam, 'role', row)
  const { RoleLastUsed: _unused, ...Role } = roleView(row)
  return { Role }
}
