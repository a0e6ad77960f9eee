import type { StartQueryCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { longRunning } from '../../../platform/service.ts'
import { groupNamed, groupNameOf, InvalidParameterException, LimitExceededException, ResourceNotFoundException, type Logs, type Query } from '../state.ts'
import { execute } from './execute.ts'
import { readQuery } from './language/query.ts'

const groupsMax = 50
const runningMax = 100
/** Finished queries that are kept, for all accounts; results live in memory. */
const keptMax = 200
const limitDefault = 10_000
/** Times below are seconds since 1970; AWS takes both. */
const secondsMax = 100_000_000_000

/** Starts a query of Logs Insights; its results are asked for with GetQueryResults. */
export const StartQuery = longRunning(async (logs: Logs, input: StartQueryCommandInput): Promise<{ queryId: string }> => {
  if (input.queryLanguage !== undefined && input.queryLanguage !== 'CWLI') {
    throw new InvalidParameterException(`Queries in ${input.queryLanguage} are not supported by Fogbank.`)
  }
  const names = namesOf(input)
  const commands = readQuery(input.queryString!, logs.now())
  const start = input.startTime! < secondsMax ? input.startTime! * 1000 : input.startTime!
  const end = input.endTime! < secondsMax ? input.endTime! * 1000 + 999 : input.endTime!
  if (end < start) throw new InvalidParameterException('End time should not be less than start time.')
  const groups = await Promise.all(names.map(name => groupNamed(logs, name).catch(() => {
    throw new ResourceNotFoundException(`Log group '${name}' does not exist for account ID '${logs.account}'`)
  })))
  if (groups.some(group => group.logGroupClass === 'DELIVERY')) throw new InvalidParameterException('Log groups of the DELIVERY class cannot be queried.')
  const { queries, running } = logs.state
  const isRunningHere = ({ status, account, region }: Query) => status === 'Running' && account === logs.account && region === logs.region
  if ([...queries.values()].filter(isRunningHere).length >= runningMax) {
    throw new LimitExceededException(`Account maximum query concurrency limit of [${runningMax}] reached.`)
  }
  const query: Query = {
    id: logs.newId(), account: logs.account, region: logs.region, queryString: input.queryString!, groups: names, status: 'Running', createdAt: logs.now(),
    durationMs: 0,
    userIdentity: logs.principal.arn, results: [], statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0, logGroupsScanned: 0 },
  }
  queries.set(query.id, query)
  forgetOldest(queries)
  const work = execute(logs, query, { groups, commands, start, end, limit: input.limit ?? limitDefault })
  running.add(work)
  void work.finally(() => running.delete(work))
  return { queryId: query.id }
})

function namesOf({ logGroupName, logGroupNames, logGroupIdentifiers }: StartQueryCommandInput): string[] {
  if ([logGroupName, logGroupNames, logGroupIdentifiers].filter(given => given !== undefined).length !== 1) {
    throw new InvalidParameterException('Exactly one of logGroupName, logGroupNames or logGroupIdentifiers must be provided.')
  }
  const names = [...new Set(logGroupName === undefined ? logGroupNames ?? logGroupIdentifiers!.map(groupNameOf) : [logGroupName])]
  if (names.length === 0 || names.length > groupsMax) throw new InvalidParameterException(`A query takes 1 to ${groupsMax} log groups.`)
  return names
}

function forgetOldest(queries: Map<string, Query>): void {
  for (const [id, { status }] of queries) {
    if (queries.size <= keptMax) return
    if (status !== 'Running') queries.delete(id)
  }
}
