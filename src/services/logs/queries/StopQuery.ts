import type { StopQueryCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { InvalidParameterException, type Logs } from '../state.ts'
import { queryOf } from './query-of.ts'

/** Stops a query that is running; one that has ended is refused. */
export async function StopQuery(logs: Logs, input: StopQueryCommandInput): Promise<{ success: boolean }> {
  const query = queryOf(logs, input.queryId!)
  if (query.status !== 'Running') throw new InvalidParameterException(`Query is already ended with ${query.status} status`)
  query.status = 'Cancelled'
  return { success: true }
}
