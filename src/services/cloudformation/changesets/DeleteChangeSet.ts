import type { DeleteChangeSetInput, DeleteChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { ChangeSetNotFoundException, type CloudFormation } from '../state.ts'
import { requireChangeSet } from './changeset.ts'

/** Deletes a change set; one named by its ARN that is gone already is no error. */
export async function DeleteChangeSet(cfn: CloudFormation, input: DeleteChangeSetInput): Promise<DeleteChangeSetOutput> {
  try {
    const set = await requireChangeSet(cfn, input)
    await cfn.tables.changeSets.delete(set.stackId, set.name)
  } catch (error) {
    if (!(error instanceof ChangeSetNotFoundException)) throw error
  }
  return {}
}
