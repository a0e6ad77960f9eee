import type { ListStackSetOperationResultsInput, ListStackSetOperationResultsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireOperation } from './operation.ts'
import { paged, requireStackSet } from './stackset.ts'

/** What came of an operation in each account and region. */
export async function ListStackSetOperationResults(cfn: CloudFormation, input: ListStackSetOperationResultsInput): Promise<ListStackSetOperationResultsOutput> {
  const set = await requireStackSet(cfn, input.StackSetName, { deleted: true })
  const operation = await requireOperation(cfn, set, input.OperationId)
  const statuses = input.Filters?.filter(filter => filter.Name === 'OPERATION_RESULT_STATUS').flatMap(filter => filter.Values?.split(',') ?? [])
  const rows = (await cfn.tables.stackSetResults.list({ prefix: [set.id, operation.id] })).filter(row => !statuses?.length || statuses.includes(row.status))
  const { page, ...more } = paged(rows, 'ListStackSetOperationResults', input)
  return {
    Summaries: page.map(row => ({
      Account: row.account, Region: row.region, Status: row.status, ...row.reason !== undefined && { StatusReason: row.reason },
      ...row.gate && { AccountGateResult: row.gate }, ...row.organizationalUnitId !== undefined && { OrganizationalUnitId: row.organizationalUnitId },
    })),
    ...more,
  }
}
