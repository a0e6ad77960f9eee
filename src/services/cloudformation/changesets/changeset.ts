import { ChangeSetNotFoundException, type ChangeSetRow, type CloudFormation } from '../state.ts'
import { stackAt } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'

/** The change set with an ARN, or with a name of a stack; throws ChangeSetNotFound. */
export async function requireChangeSet(
  cfn: CloudFormation, input: { ChangeSetName?: string | undefined, StackName?: string | undefined }
): Promise<ChangeSetRow> {
  const name = input.ChangeSetName ?? ''
  if (name.startsWith('arn:')) {
    const found = (await cfn.tables.changeSets.list()).find(row => row.id === name)
    if (found) return found
    throw new ChangeSetNotFoundException(`ChangeSet [${name}] does not exist`)
  }
  if (!input.StackName) throw new ValidationError('StackName must be specified if ChangeSetName is not specified as an ARN.')
  const stack = await stackAt(cfn, input.StackName)
  if (!stack) throw new ValidationError(`Stack [${input.StackName}] does not exist`)
  const found = await cfn.tables.changeSets.get(stack.id, name)
  if (!found) throw new ChangeSetNotFoundException(`ChangeSet [${name}] does not exist`)
  return found
}
