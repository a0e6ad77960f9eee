import type { DeleteChangeSetInput, DeleteChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { ChangeSetNotFoundException, InvalidChangeSetStatusException, type CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { requireChangeSet } from './changeset.ts'
import { deleteSet } from './deletion.ts'

/** Deletes a change set; one named by its ARN that is gone already is no error. */
export async function DeleteChangeSet(cfn: CloudFormation, input: DeleteChangeSetInput): Promise<DeleteChangeSetOutput> {
  try {
    const set = await requireChangeSet(cfn, input)
    if (set.status === 'CREATE_IN_PROGRESS') {
      throw new InvalidChangeSetStatusException(`ChangeSet [${set.id}] cannot be deleted in its current status of [${set.status}]`)
    }
    if (set.parentId !== undefined) throw new ValidationError(`ChangeSet [${set.id}] is nested: it is deleted with its root change set [${set.rootId}].`)
    await deleteSet(cfn, set)
  } catch (error) {
    if (!(error instanceof ChangeSetNotFoundException)) throw error
  }
  return {}
}
