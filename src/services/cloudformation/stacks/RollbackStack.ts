import type { RollbackStackInput, RollbackStackOutput } from '@aws-sdk/client-cloudformation'
import { setStackStatus } from '../engine/record.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { checkRole, enqueueOperation, requireStack } from './stack.ts'

/** Rolls back what failed while rollback was disabled. */
export async function RollbackStack(cfn: CloudFormation, input: RollbackStackInput): Promise<RollbackStackOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  if (!['CREATE_FAILED', 'UPDATE_FAILED'].includes(stack.status) || !stack.operation) {
    throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`)
  }
  await checkRole(cfn, input.RoleARN)
  const { stopped: _, ...rest } = stack.operation
  const operation = {
    ...rest, phase: 'rollback' as const, onFailure: 'ROLLBACK' as const, principal: cfn.principal,
    ...input.RoleARN !== undefined && { roleArn: input.RoleARN }, ...input.ClientRequestToken !== undefined && { token: input.ClientRequestToken },
  }
  const status = operation.previous ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS'
  await setStackStatus(
    cfn, { ...stack, operation, ...input.RetainExceptOnCreate !== undefined && { retainExceptOnCreate: input.RetainExceptOnCreate } }, status, 'User Initiated'
  )
  enqueueOperation(cfn, stack.id)
  return { StackId: stack.id, OperationId: operation.id }
}
