import type { DetectStackResourceDriftInput, DetectStackResourceDriftOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import { requireStack } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { comparable, describeDrift, detectDrift, statusAfterSome } from './detect.ts'

/** Compares one resource with the template, and answers what differs. */
export const DetectStackResourceDrift =
  longRunning(async (cfn: CloudFormation, input: DetectStackResourceDriftInput): Promise<DetectStackResourceDriftOutput> => {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const row = await cfn.tables.resources.get(stack.id, input.LogicalResourceId ?? '')
  if (!row?.current) throw new ValidationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`)
  if (!comparable(stack.status)) throw new ValidationError(`Drift detection cannot be performed on stack [${stack.id}] in ${stack.status} state.`)
  const drift = await detectDrift(cfn, stack, row, await cfn.tables.resources.list({ prefix: [stack.id] }), cfn.aws)
  if (drift.status === 'NOT_CHECKED') throw new ValidationError(`Drift detection is not supported for resource type ${row.type}`)
  await cfn.transact(async tx => {
    const fresh = await tx.tables.stacks.get(stack.id)
    if (fresh) await tx.tables.stacks.put({ ...fresh, drift: { status: statusAfterSome(fresh, drift.status === 'IN_SYNC' ? 0 : 1), at: tx.now() } })
  })
  return { StackResourceDrift: describeDrift(drift) }
})
