import type { CancelUpdateStackInput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { enqueueOperation, requireStack } from './stack.ts'

/** Gives up an update that is under way: it rolls back. */
export const CancelUpdateStack = longRunning(async (cfn: CloudFormation, input: CancelUpdateStackInput): Promise<Record<never, never>> => {
  const id = await cfn.transact(async tx => {
    const stack = await requireStack(tx, input.StackName, name => `Stack [${name}] does not exist`)
    if (stack.status !== 'UPDATE_IN_PROGRESS' || !stack.operation) throw new ValidationError('CancelUpdateStack cannot be called from current stack status')
    await tx.tables.stacks.put({ ...stack, operation: {
      ...stack.operation, cancelled: true, ...input.ClientRequestToken !== undefined && { token: input.ClientRequestToken },
    } })
    // One that waits for a signal is not running.
    enqueueOperation(tx, stack.id)
    return stack.id
  })
  cfn.state.running.get(id)?.abort()
  return {}
})
