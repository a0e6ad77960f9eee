import { newEntity, refuseExisting } from '../entities.ts'
import { save } from '../entity-policies.ts'
import { setBoundary } from '../managed.ts'
import type { Iam, Input, Output, UserRow } from '../state.ts'
import { userView } from '../views.ts'

/** Makes a user, who may do nothing and has no access key yet. Errors: EntityAlreadyExists, ValidationError. */
export async function CreateUser(iam: Iam, input: Input<'CreateUser'>): Output<'CreateUser'> {
  const row: UserRow = { ...newEntity(iam, 'user', input.UserName, input), groups: [] }
  await refuseExisting(iam, 'user', row.name)
  await setBoundary(iam, 'user', row, input.PermissionsBoundary)
  await save(iam, 'user', row)
  return { User: userView(row) }
}
