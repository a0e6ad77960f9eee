import type { ExecuteChangeSetInput, ExecuteChangeSetOutput } from '@aws-sdk/client-cloudformation'
import { processedTemplate } from '../engine/processed.ts'
import { InvalidChangeSetStatusException, type CloudFormation } from '../state.ts'
import { begin, checkState, repeated, requireStack, updatable } from '../stacks/stack.ts'
import { requireChangeSet } from './changeset.ts'

/** Begins to do what a change set says; the stack's other change sets are then out of date and go. */
export async function ExecuteChangeSet(cfn: CloudFormation, input: ExecuteChangeSetInput): Promise<ExecuteChangeSetOutput> {
  const set = await requireChangeSet(cfn, input)
  const stack = await requireStack(cfn, set.stackId)
  if (await repeated(cfn, stack, input.ClientRequestToken, set.type)) return {}
  if (set.executionStatus !== 'AVAILABLE') {
    throw new InvalidChangeSetStatusException(`ChangeSet [${set.id}] cannot be executed in its current execution status of [${set.executionStatus}]`)
  }
  const creates = stack.status === 'REVIEW_IN_PROGRESS'
  checkState(stack, status => creates || updatable(status))
  const template = await processedTemplate(cfn, set.model!.templateId)
  for (const other of await cfn.tables.changeSets.list({ prefix: [stack.id] })) {
    if (other.name === set.name) await cfn.tables.changeSets.put({ ...set, executionStatus: 'EXECUTE_COMPLETE' })
    else await cfn.tables.changeSets.delete(other.stackId, other.name)
  }
  const { description: _, ...rest } = stack
  const next = {
    ...rest, ...set.deployment, changeSetId: set.id, disableRollback: input.DisableRollback ?? set.onStackFailure === 'DO_NOTHING',
    ...template.Description !== undefined && { description: template.Description },
    ...creates ? {} : { updatedAt: cfn.now() }, ...input.RetainExceptOnCreate !== undefined && { retainExceptOnCreate: input.RetainExceptOnCreate },
  }
  const onFailure = next.disableRollback ? 'DO_NOTHING' : creates && set.onStackFailure === 'DELETE' ? 'DELETE' : 'ROLLBACK'
  if (set.type === 'IMPORT') {
    await begin(cfn, next, { status: 'IMPORT_IN_PROGRESS', kind: 'IMPORT', token: input.ClientRequestToken, roleArn: set.model!.roleArn, model: set.model!,
      imports: set.imports })
    return {}
  }
  await begin(cfn, { ...next, ...creates && { model: set.model! } }, {
    status: creates ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', kind: creates ? 'CREATE' : 'UPDATE', token: input.ClientRequestToken,
    roleArn: set.model!.roleArn, model: set.model!, onFailure,
    policy: creates ? undefined : stack.policy,
  })
  return {}
}
