import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** How far the deletion of a service-linked role is: done. */
export async function GetServiceLinkedRoleDeletionStatus(
  iam: Iam, input: Input<'GetServiceLinkedRoleDeletionStatus'>
): Output<'GetServiceLinkedRoleDeletionStatus'> {
  if (!await iam.tables.deletions.get(input.DeletionTaskId!)) throw new NoSuchEntity(`The deletion task ${input.DeletionTaskId} cannot be found.`)
  return { Status: 'SUCCEEDED' }
}
