import type { ListStackSetOperationsInput, ListStackSetOperationsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { describeOperation } from './operation.ts'
import { paged, requireStackSet } from './stackset.ts'

/** The operations of a set, the latest first. */
export async function ListStackSetOperations(cfn: CloudFormation, input: ListStackSetOperationsInput): Promise<ListStackSetOperationsOutput> {
  const set = await requireStackSet(cfn, input.StackSetName, { deleted: true })
  const rows = (await cfn.tables.stackSetOperations.list({ prefix: [set.id] })).sort((a, b) => b.createdAt - a.createdAt)
  const { page, ...more } = paged(rows, 'ListStackSetOperations', input)
  const summaries = await Promise.all(page.map(async row => {
    const described = await describeOperation(cfn, row)
    const { OperationId, Action, Status, StatusReason, StatusDetails, OperationPreferences, CreationTimestamp, EndTimestamp } = described
    return {
      OperationId, Action, Status, StatusDetails, OperationPreferences, CreationTimestamp, ...StatusReason !== undefined && { StatusReason },
      ...EndTimestamp && { EndTimestamp }
    }
  }))
  return { Summaries: summaries, ...more }
}
