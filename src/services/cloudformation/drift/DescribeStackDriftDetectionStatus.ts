import type { DescribeStackDriftDetectionStatusInput, DescribeStackDriftDetectionStatusOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'

/** How far a drift detection is, and what it found of the stack. */
export async function DescribeStackDriftDetectionStatus(
  cfn: CloudFormation, input: DescribeStackDriftDetectionStatusInput,
): Promise<DescribeStackDriftDetectionStatusOutput> {
  const row = await cfn.tables.driftDetections.get(input.StackDriftDetectionId ?? '')
  if (!row) throw new ValidationError(`Drift detection status does not exist for StackDriftDetectionId: ${input.StackDriftDetectionId}`)
  return {
    StackId: row.stackId, StackDriftDetectionId: row.id, DetectionStatus: row.status, Timestamp: new Date(row.at),
    ...row.reason !== undefined && { DetectionStatusReason: row.reason }, ...row.stackStatus && { StackDriftStatus: row.stackStatus },
    ...row.drifted !== undefined && { DriftedStackResourceCount: row.drifted },
  }
}
