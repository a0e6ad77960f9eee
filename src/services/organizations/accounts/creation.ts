import type { CreationRow } from '../tables.ts'

export const stateOf = ({ completedMs, failure }: CreationRow) => completedMs === undefined ? 'IN_PROGRESS' : failure ? 'FAILED' : 'SUCCEEDED'

export const creationView = (row: CreationRow) => ({
  Id: row.id, AccountName: row.name, State: stateOf(row) as 'IN_PROGRESS', RequestedTimestamp: new Date(row.requestedMs),
  ...row.completedMs !== undefined && { CompletedTimestamp: new Date(row.completedMs) }, ...row.failure && { FailureReason: row.failure },
  ...stateOf(row) === 'SUCCEEDED' && { AccountId: row.account },
})
