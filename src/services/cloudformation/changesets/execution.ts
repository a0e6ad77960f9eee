import type { ExecuteChangeSetInput } from '@aws-sdk/client-cloudformation'
import { processedTemplate } from '../engine/processed.ts'
import type { ChangeSetRow, CloudFormation } from '../state.ts'
import { begin, checkState, requireStack, updatable } from '../stacks/stack.ts'
import { deleteSet } from './deletion.ts'

/** Begins the operation that a change set describes, in the caller's transaction; the stack's other sets are then out of date and go. */
export async function beginExecution(cfn: CloudFormation, set: ChangeSetRow, input: Partial<ExecuteChangeSetInput>): Promise<void> {
  const stack = await requireStack(cfn, set.stackId)
  const creates = stack.status === 'REVIEW_IN_PROGRESS'
  checkState(stack, status => creates || updatable(status))
  const template = await processedTemplate(cfn, set.model!.templateId)
  for (const other of await cfn.tables.changeSets.list({ prefix: [stack.id] })) {
    if (other.name === set.name) await cfn.tables.changeSets.put({ ...set, executionStatus: 'EXECUTE_IN_PROGRESS' })
    else await deleteSet(cfn, other)
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
    return
  }
  await begin(cfn, { ...next, ...creates && { model: set.model! } }, {
    status: creates ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', kind: creates ? 'CREATE' : 'UPDATE', token: input.ClientRequestToken,
    roleArn: set.model!.roleArn, model: set.model!, onFailure,
    policy: creates ? undefined : stack.policy, imports: set.imports, ...set.includesNested && { nested: set.nested ?? {} },
  })
}
