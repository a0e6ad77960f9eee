import { ResourceNotFoundException, type Logs, type Query } from '../state.ts'

/** A query of this account and region. */
export function queryOf(logs: Logs, id: string): Query {
  const query = logs.state.queries.get(id)
  if (!query || query.account !== logs.account || query.region !== logs.region) throw new ResourceNotFoundException('The specified query does not exist.')
  return query
}
