import type { DescribeQueriesCommandInput, QueryInfo } from '@aws-sdk/client-cloudwatch-logs'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidParameterException, type Logs } from '../state.ts'

const pageMax = 1000

/** Lists the queries of this account and region, the newest first. */
export async function DescribeQueries(logs: Logs, input: DescribeQueriesCommandInput): Promise<{ queries: QueryInfo[], nextToken?: string }> {
  const position = input.nextToken === undefined ? ['0'] : decodeToken('DescribeQueries', input.nextToken)
  if (!position) throw new InvalidParameterException('The specified nextToken is invalid.')
  const wanted = [...logs.state.queries.values()].reverse().filter(query => query.account === logs.account && query.region === logs.region
    && (input.logGroupName === undefined || query.groups.includes(input.logGroupName)) && (input.status === undefined || query.status === input.status)
    && (input.queryLanguage === undefined || input.queryLanguage === 'CWLI'))
  const start = Number(position[0])
  const end = start + (input.maxResults ?? pageMax)
  return {
    queries: wanted.slice(start, end).map(query => ({
      queryLanguage: 'CWLI', queryId: query.id, queryString: query.queryString, status: query.status, createTime: query.createdAt,
      logGroupName: query.groups[0],
      queryDuration: query.durationMs, bytesScanned: query.statistics.bytesScanned, userIdentity: query.userIdentity,
    })),
    ...end < wanted.length && { nextToken: encodeToken('DescribeQueries', [String(end)]) },
  }
}
