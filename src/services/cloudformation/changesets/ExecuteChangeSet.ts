import type { ExecuteChangeSetInput, ExecuteChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { InvalidChangeSetStatusException, type CloudFormation } from '../state.ts'
import { repeated, requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'
import { requireChangeSet } from './changeset.ts'
import { beginExecution } from './execution.ts'

/** Begins to do what a change set says; the stack's other change sets are then out of date and go. */
export async function ExecuteChangeSet(cfn: CloudFormation, input: ExecuteChangeSetInput): Promise<ExecuteChangeSetOutput> {
  const set = await requireChangeSet(cfn, input)
  const stack = await requireStack(cfn, set.stackId)
  if (await repeated(cfn, stack, input.ClientRequestToken, set.type)) return {}
  if (set.executionStatus !== 'AVAILABLE') {
    throw new InvalidChangeSetStatusException(`ChangeSet [${set.id}] cannot be executed in its current execution status of [${set.executionStatus}]`)
  }
  if (set.parentId !== undefined) throw new ValidationError(`ChangeSet [${set.id}] is nested: it is executed with its root change set [${set.rootId}].`)
  await beginExecution(cfn, set, input)
  return {}
}
