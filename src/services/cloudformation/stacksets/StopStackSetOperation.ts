import type { StopStackSetOperationInput, StopStackSetOperationOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireOperation } from './operation.ts'
import { InvalidOperationException, requireStackSet } from './stackset.ts'

/** Has an operation begin nothing more; what is under way is carried through. */
export async function StopStackSetOperation(cfn: CloudFormation, input: StopStackSetOperationInput): Promise<StopStackSetOperationOutput> {
  const set = await requireStackSet(cfn, input.StackSetName)
  const operation = await requireOperation(cfn, set, input.OperationId)
  if (!['RUNNING', 'QUEUED', 'STOPPING'].includes(operation.status)) {
    throw new InvalidOperationException(`Operation ${operation.id} is in ${operation.status} state and cannot be stopped`)
  }
  await cfn.tables.stackSetOperations.put({ ...operation, status: 'STOPPING' })
  return {}
}
