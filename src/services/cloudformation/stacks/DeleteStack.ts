import type { DeleteStackInput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { begin, checkRole, checkState, repeated, stackAt } from './stack.ts'

/** Begins to delete a stack; one that is not there is no error. Refuses while it is protected; one whose exports are in use fails and stays as it is. */
export const DeleteStack = longRunning(async (cfn: CloudFormation, input: DeleteStackInput): Promise<Record<never, never>> => {
  const id = await cfn.transact(tx => beginToDelete(tx, input))
  // A creation that is under way is given up.
  if (id !== undefined) cfn.state.running.get(id)?.abort()
  return {}
})

async function beginToDelete(cfn: CloudFormation, input: DeleteStackInput): Promise<string | undefined> {
  const stack = await stackAt(cfn, input.StackName ?? '')
  if (!stack || stack.status === 'DELETE_COMPLETE') return undefined
  if (await repeated(cfn, stack, input.ClientRequestToken, 'DELETE')) return undefined
  if (stack.terminationProtection) throw new ValidationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`)
  const force = input.DeletionMode === 'FORCE_DELETE_STACK'
  if (force && stack.status !== 'DELETE_FAILED') {
    throw new ValidationError(`Invalid operation on stack [${stack.id}]. When you specify FORCE_DELETE_STACK, the stack must be in DELETE_FAILED state.`)
  }
  const retain = input.RetainResources ?? []
  if (retain.length > 0 && stack.status !== 'DELETE_FAILED') {
    throw new ValidationError(`Invalid operation on stack [${stack.id}]. When you specify RetainResources, the stack must be in DELETE_FAILED state.`)
  }
  if (stack.status === 'DELETE_IN_PROGRESS') return undefined
  checkState(stack, status => !status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS' || status === 'CREATE_IN_PROGRESS', 'deleted')
  await checkRole(cfn, input.RoleARN)
  const { operation: _, ...settled } = stack
  await begin(cfn, settled, { status: 'DELETE_IN_PROGRESS', kind: 'DELETE', token: input.ClientRequestToken, roleArn: input.RoleARN, retain, force })
  return stack.id
}
