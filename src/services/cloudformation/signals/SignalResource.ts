import type { SignalResourceInput } from '@aws-sdk/client-cloudformation'
import { requireStack } from '../stacks/stack.ts'
import { signalTarget, type CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { putSignal } from './signal.ts'

/**
 * Signals a resource whose creation policy waits for signals. A signal of a UniqueId that was taken may only turn to FAILURE. Throws
 * ValidationError where the stack or the resource is not being made.
 */
export async function SignalResource(cfn: CloudFormation, input: SignalResourceInput): Promise<Record<never, never>> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const logicalId = input.LogicalResourceId ?? ''
  const row = await cfn.tables.resources.get(stack.id, logicalId)
  if (!row) throw new ValidationError(`Resource ${logicalId} does not exist for stack ${stack.name}`)
  if (stack.status !== 'CREATE_IN_PROGRESS' && stack.status !== 'UPDATE_IN_PROGRESS') {
    throw new ValidationError(`Stack ${stack.id} is in ${stack.status} state and cannot be signaled`)
  }
  if (!row.status.endsWith('_IN_PROGRESS')) throw new ValidationError(`Resource ${logicalId} is in ${row.status} state and cannot be signaled`)
  const target = signalTarget(stack.id, logicalId)
  const [uniqueId, status] = [input.UniqueId ?? '', input.Status as 'SUCCESS' | 'FAILURE']
  const earlier = await cfn.tables.signals.get(target, uniqueId)
  if (earlier && (status !== 'FAILURE' || earlier.status === 'FAILURE')) {
    throw new ValidationError(`Signal with ID ${uniqueId} for resource ${logicalId} already exists. Signals may only be updated with a FAILURE status.`)
  }
  await putSignal(cfn, stack, { target, uniqueId, status, reason: '', data: '', at: cfn.now() })
  return {}
}
