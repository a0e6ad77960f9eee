import type { ResourceStatus } from '@aws-sdk/client-cloudformation'
import type { CloudFormation, DriftRow, ResourceRow, StackRow } from '../state.ts'
import { lastDrift } from '../drift/detect.ts'
import { stackAt } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'

/** The stack that a physical id belongs to. */
export async function stackOfPhysicalId(cfn: CloudFormation, physicalId: string): Promise<StackRow> {
  const row = (await cfn.tables.resources.list()).find(resource => resource.current?.physicalId === physicalId)
  const stack = row && await stackAt(cfn, row.stackId)
  if (!stack) throw new ValidationError(`Stack for ${physicalId} does not exist`)
  return stack
}

/** What the three ways of looking at a resource share. */
export const summary = async (cfn: CloudFormation, row: ResourceRow) => ({
  LogicalResourceId: row.logicalId, ResourceType: row.type, ResourceStatus: row.status as ResourceStatus,
  ...row.current && { PhysicalResourceId: row.current.physicalId }, ...row.statusReason !== undefined && { ResourceStatusReason: row.statusReason },
  DriftInformation: driftInformation(await lastDrift(cfn, row)),
})

const driftInformation = (drift: DriftRow | undefined) => drift && drift.status !== 'NOT_CHECKED'
  ? { StackResourceDriftStatus: drift.status, LastCheckTimestamp: new Date(drift.at) } : { StackResourceDriftStatus: 'NOT_CHECKED' as const }
