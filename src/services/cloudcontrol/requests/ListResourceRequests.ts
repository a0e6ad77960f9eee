import { ValidationException } from '../../../platform/errors.ts'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { requestsKeptMs, type CloudControl, type Input, type Output } from '../state.ts'
import { progress } from './request.ts'

/** The requests of the last seven days, newest first, 20 a page unless told. */
export async function ListResourceRequests(scope: CloudControl, input: Input<'ListResourceRequests'>): Promise<Output<'ListResourceRequests'>> {
  const { Operations: operations, OperationStatuses: statuses } = input.ResourceRequestStatusFilter ?? {}
  const after = input.NextToken === undefined ? undefined : decodeToken('ListResourceRequests', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationException('The NextToken is not valid.')
  const rows = (await scope.tables.requests.list())
    .filter(row => row.at >= scope.now() - requestsKeptMs && (!operations?.length || operations.includes(row.operation)) &&
      (!statuses?.length || statuses.includes(row.status)))
    .sort((a, b) => b.at - a.at || (a.token < b.token ? -1 : 1))
  const start = after ? rows.findIndex(row => row.token === after[0]) + 1 : 0
  const max = input.MaxResults ?? 20
  const { page, last } = pageOf(rows.slice(start, start + max + 1), max)
  return { ResourceRequestStatusSummaries: page.map(progress), ...last && { NextToken: encodeToken('ListResourceRequests', [last.token]) } }
}
