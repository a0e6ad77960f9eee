import type { ListStackSetsInput, ListStackSetsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { describeStackSet, paged } from './stackset.ts'

/** The stack sets of the account and region, living and deleted; a delegated administrator sees those that are service-managed. */
export async function ListStackSets(cfn: CloudFormation, input: ListStackSetsInput): Promise<ListStackSetsOutput> {
  const rows = (await cfn.tables.stackSets.list()).filter(row =>
    (input.Status === undefined || row.status === input.Status) && (input.CallAs !== 'DELEGATED_ADMIN' || row.permissionModel === 'SERVICE_MANAGED'))
  const { page, ...more } = paged(rows, 'ListStackSets', input)
  const summaries = await Promise.all(page.map(async row => {
    const described = await describeStackSet(cfn, row)
    const { StackSetName, StackSetId, Description, Status, PermissionModel, AutoDeployment, ManagedExecution } = described
    const drift = described.StackSetDriftDetectionDetails
    return {
      StackSetName, StackSetId, Status, PermissionModel, ManagedExecution, DriftStatus: drift?.DriftStatus ?? 'NOT_CHECKED' as const,
      ...Description !== undefined && { Description }, ...AutoDeployment && { AutoDeployment },
      ...drift && { LastDriftCheckTimestamp: drift.LastDriftCheckTimestamp },
    }
  }))
  return { Summaries: summaries, ...more }
}
