import type { DescribeStackInstanceInput, DescribeStackInstanceOutput, StackInstance } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import type { StackInstanceRow } from './rows.ts'
import { requireInstance, requireStackSet } from './stackset.ts'

/** One instance of a set. */
export async function DescribeStackInstance(cfn: CloudFormation, input: DescribeStackInstanceInput): Promise<DescribeStackInstanceOutput> {
  const set = await requireStackSet(cfn, input.StackSetName)
  return { StackInstance: describeInstance(await requireInstance(cfn, set, input.StackInstanceAccount, input.StackInstanceRegion)) }
}

/** An instance as DescribeStackInstance gives it. */
export const describeInstance = (row: StackInstanceRow): StackInstance => ({
  StackSetId: row.setId, Account: row.account, Region: row.region, Status: row.status, StackInstanceStatus: { DetailedStatus: row.detailed },
  ParameterOverrides: Object.entries(row.overrides).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  DriftStatus: row.drift?.status ?? 'NOT_CHECKED', LastOperationId: row.lastOperationId, ...row.stackId !== undefined && { StackId: row.stackId },
  ...row.reason !== undefined && { StatusReason: row.reason }, ...row.drift && { LastDriftCheckTimestamp: new Date(row.drift.at) },
  ...row.organizationalUnitId !== undefined && { OrganizationalUnitId: row.organizationalUnitId },
})
