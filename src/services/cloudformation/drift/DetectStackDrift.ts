import type { DetectStackDriftInput, DetectStackDriftOutput } from '@aws-sdk/client-cloudformation'
import { requireStack } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { comparable } from './detect.ts'

/** Begins to compare a stack's resources with its template. */
export async function DetectStackDrift(cfn: CloudFormation, input: DetectStackDriftInput): Promise<DetectStackDriftOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  if (!comparable(stack.status)) throw new ValidationError(`Drift detection cannot be performed on stack [${stack.id}] in ${stack.status} state.`)
  const id = cfn.newId()
  const running = (await cfn.tables.driftDetections.list()).find(row => row.stackId === stack.id && row.status === 'DETECTION_IN_PROGRESS')
  if (running) throw new ValidationError(`Drift detection is already in progress for stack [${stack.id}]`)
  await cfn.tables.driftDetections.put({
    id, stackId: stack.id, status: 'DETECTION_IN_PROGRESS', at: cfn.now(), principal: cfn.principal,
    ...input.LogicalResourceIds && { logicalIds: input.LogicalResourceIds },
  })
  cfn.enqueue('detectStackDrift', { detectionId: id })
  return { StackDriftDetectionId: id }
}
