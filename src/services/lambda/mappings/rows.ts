import type { Sealed } from '../../../platform/envelope.ts'

export type SourceKind = 'sqs' | 'kinesis' | 'dynamodb'

/** An event source mapping. Names of members are the API's; what is absent was not given and has no default. */
export interface MappingRow {
  uuid: string
  account: string
  region: string
  kind: SourceKind
  sourceArn: string
  function: { name: string, qualifier?: string }
  enabled: boolean
  reason: string
  batchSize: number
  windowSeconds: number
  /** None where they are sealed. */
  filters: string[]
  kmsKeyArn?: string
  sealedFilters?: Sealed
  reportsItemFailures: boolean
  countsEvents: boolean
  onFailure?: string
  maximumConcurrency?: number
  pollers?: { minimum: number, maximum: number }
  position?: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP'
  positionMs?: number
  parallelization: number
  recordAgeSeconds: number
  retries: number
  bisects: boolean
  tumblingSeconds: number
  tags: Record<string, string>
  createdMs: number
  modifiedMs: number
}

/** How far a mapping has come in a shard. */
export interface CheckpointRow {
  uuid: string
  shard: string
  /** The last record that is done with; absent where none is. */
  sequence?: string
  /** Nothing more will come from this shard. */
  isDone?: boolean
  /** Where reading begins while nothing is done: what LATEST meant when the mapping was made. */
  start?: { type: 'TRIM_HORIZON' } | { type: 'AT_TIMESTAMP', ms: number } | {
    type: 'AFTER_SEQUENCE_NUMBER', sequence: string,
  } | { type: 'ITERATOR', iterator: string, ms: number }
  /** The tumbling window under way: milliseconds of its start, and the function's state. */
  window?: { startMs: number, state: unknown }
}
