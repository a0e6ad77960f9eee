import type { GetQueryResultsCommandInput, QueryStatistics, QueryStatus, ResultField } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidParameterException, type Logs } from '../state.ts'
import { queryOf } from './query-of.ts'

const pageMax = 10_000

type Results = { queryLanguage: 'CWLI', status: QueryStatus, statistics: QueryStatistics, results: ResultField[][], nextToken?: string }

/** The state of a query, and its rows once it is complete; each names the field that it has. */
export async function GetQueryResults(logs: Logs, input: GetQueryResultsCommandInput): Promise<Results> {
  const query = queryOf(logs, input.queryId!)
  const kind = `GetQueryResults ${query.id}`
  const position = input.nextToken === undefined ? ['0'] : decodeToken(kind, input.nextToken)
  if (!position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const start = Number(position[0])
  const end = start + (input.maxItems || pageMax)
  return {
    queryLanguage: 'CWLI', status: query.status, statistics: { ...query.statistics, estimatedRecordsSkipped: 0, estimatedBytesSkipped: 0 },
    results: query.results.slice(start, end).map(row => Object.entries(row).map(([field, value]) => ({ field, value }))),
    ...end < query.results.length && { nextToken: encodeToken(kind, [String(end)]) },
  }
}
