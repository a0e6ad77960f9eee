import { entity } from '../entities.ts'
import { InvalidInput, type Iam, type Input, type Output } from '../state.ts'
import { dropRole } from './drop.ts'
import { isLinked } from './service-linked.ts'

/** Deletes a service-linked role. It is gone when the call answers; the task that it names says so. */
export async function DeleteServiceLinkedRole(iam: Iam, input: Input<'DeleteServiceLinkedRole'>): Output<'DeleteServiceLinkedRole'> {
  const row = await entity(iam, 'role', input.RoleName)
  if (!isLinked(row)) throw new InvalidInput(`The role ${row.name} is not a service-linked role.`)
  await dropRole(iam, row)
  const id = `task${row.path}${row.name}/${iam.newId()}`
  await iam.tables.deletions.put({ id, at: iam.now() })
  return { DeletionTaskId: id }
}
