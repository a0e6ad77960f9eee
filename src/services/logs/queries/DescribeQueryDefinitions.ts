import type { DescribeQueryDefinitionsCommandInput, QueryDefinition } from '@aws-sdk/client-cloudwatch-logs'
import { pageOfNames } from '../pages.ts'
import type { Logs } from '../state.ts'

const pageMax = 1000

/** Lists the queries that are kept, by name. */
export async function DescribeQueryDefinitions(logs: Logs, input: DescribeQueryDefinitionsCommandInput): Promise<{
  queryDefinitions: QueryDefinition[], nextToken?: string
}> {
  const { queryDefinitionNamePrefix: prefix = '', maxResults: limit = pageMax, nextToken, queryLanguage = 'CWLI' } = input
  const rows = queryLanguage === 'CWLI' ? (await logs.tables.queryDefinitions.list()).filter(row => row.name.startsWith(prefix)) : []
  const { page, ...next } = pageOfNames('DescribeQueryDefinitions', rows.map(row => ({ row, name: `${row.name}\n${row.id}` })), { nextToken, limit })
  return {
    queryDefinitions: page.map(({ row }) => ({
      queryLanguage: 'CWLI', queryDefinitionId: row.id, name: row.name, queryString: row.queryString, lastModified: row.modifiedAt,
      ...row.groups.length > 0 && { logGroupNames: row.groups },
    })),
    ...next,
  }
}
