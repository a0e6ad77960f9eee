import type { ContinueUpdateRollbackInput, ContinueUpdateRollbackOutput } from '@aws-sdk/client-cloudformation'
import { setStackStatus } from '../engine/record.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { checkRole, enqueueOperation, requireStack } from './stack.ts'

/** Tries a failed rollback again, passing over the resources that are named. */
export async function ContinueUpdateRollback(cfn: CloudFormation, input: ContinueUpdateRollbackInput): Promise<ContinueUpdateRollbackOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  if (stack.status !== 'UPDATE_ROLLBACK_FAILED' || !stack.operation) {
    throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not continue update rollback.`)
  }
  await checkRole(cfn, input.RoleARN)
  const skip = input.ResourcesToSkip ?? []
  for (const id of skip) {
    const row = await cfn.tables.resources.get(stack.id, id)
    if (row?.status !== 'UPDATE_FAILED') throw new ValidationError(`The following resources to skip are not in UPDATE_FAILED state: [${id}]`)
  }
  const { stopped: _, ...rest } = stack.operation
  const operation = {
    ...rest, skip, principal: cfn.principal, ...input.RoleARN !== undefined && { roleArn: input.RoleARN },
    ...input.ClientRequestToken !== undefined && { token: input.ClientRequestToken },
  }
  await setStackStatus(cfn, { ...stack, operation }, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated')
  enqueueOperation(cfn, stack.id)
  return {}
}
