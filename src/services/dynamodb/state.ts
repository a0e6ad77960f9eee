import type { DynamoDB } from '@aws-sdk/client-dynamodb'
import type { Operations } from '../../contracts/aws.ts'
import { arn, parseArn } from '../../platform/arns.ts'
import { awsError, ValidationException } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import type { Sequences } from '../../platform/sequences.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'
import type { Item } from './values/attribute-value.ts'

export type Api = Operations<DynamoDB>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export type KeyType = 'S' | 'N' | 'B'
export type ViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

/** Names of the key attributes of a table or an index. */
export interface Keys { hash: string, range?: string }

export interface Throughput { read: number, write: number, decreases: number, increasedMs?: number, decreasedMs?: number }

export interface IndexRow extends Keys {
  name: string
  /** Names the entries: an index made anew under the same name has none of the old ones. */
  id: string
  isGlobal: boolean
  projection: { type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE', nonKeyAttributes: string[] }
  throughput: Throughput
  /** CREATING while the items that were there before are entered. */
  status: 'CREATING' | 'ACTIVE'
}

export interface TableRow extends Keys {
  name: string
  id: string
  createdMs: number
  attributes: Record<string, KeyType>
  billing: { mode: 'PROVISIONED' | 'PAY_PER_REQUEST', payPerRequestMs?: number }
  throughput: Throughput
  indexes: IndexRow[]
  /** `label` names the stream; it stays when the stream is switched off, so that what it holds can be read. */
  stream?: { viewType: ViewType, label: string, enabled: boolean }
  deletionProtection: boolean
  tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS'
  tags: Tags
  ttl?: { attribute: string }
  /** What DescribeTable shows; AWS counts about every six hours. */
  statistics: Record<string, { items: number, sizeBytes: number }>
}

/** A key attribute's value as it is ordered: bytes (of S in UTF-8, of B), or the sortable text of a number. */
export type KeyText = string | Uint8Array

/** `t` table id, `h` hash of the partition key (scans and their segments go by it), `p` partition key, `s` sort key or ''. */
export interface ItemRow { t: string, h: number, p: KeyText, s: KeyText, item: Item }

/** `i` index id; `h`, `p`, `s` of the index's own keys; `bp`, `bs` the keys of the item in the table. */
export interface EntryRow { t: string, i: string, h: number, p: KeyText, s: KeyText, bp: KeyText, bs: KeyText, item: Item }

/** An item that expires at a second; `sweeps` has the time for which the next sweep of the table is queued. */
export interface ExpiryRow { t: string, at: number, h: number, p: KeyText, s: KeyText }

/** A table's stream; it outlives the table, and the switching off, by 24 hours. */
export interface StreamRow extends Keys { table: string, label: string, tableId: string, viewType: ViewType, createdMs: number, disabledMs?: number }

/** `log` is `table id/label`. */
export interface StreamRecordRow {
  log: string
  sequence: string
  at: number
  event: 'INSERT' | 'MODIFY' | 'REMOVE'
  keys: Item
  newImage?: Item
  oldImage?: Item
  isExpiry?: boolean
}

export const tables = {
  tables: table<TableRow>()({ name: 'tables', key: row => [row.name] }),
  items: table<ItemRow>()({ name: 'items', key: row => [row.t, row.h, row.p, row.s] }),
  entries: table<EntryRow>()({ name: 'index-entries', key: row => [row.t, row.i, row.h, row.p, row.s, row.bp, row.bs] }),
  expiries: table<ExpiryRow>()({ name: 'expiries', key: row => [row.t, row.at, row.h, row.p, row.s] }),
  sweeps: table<{ t: string, at: number }>()({ name: 'sweeps', key: row => [row.t] }),
  streams: table<StreamRow>()({ name: 'streams', key: row => [row.table, row.label] }),
  streamRecords: table<StreamRecordRow>()({ name: 'stream-records', key: row => [row.log, row.sequence] }),
  /** By the stretch of time they came in, so that old ones are found to be deleted. */
  tokens: table<{ slot: number, token: string, digest: string, at: number }>()({ name: 'transaction-tokens', key: row => [row.slot, row.token] }),
}

export interface DbState { sequences: Sequences }

export type Db = Scope<typeof tables, DbState>

export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ResourceInUseException = awsError('ResourceInUseException')
export const LimitExceededException = awsError('LimitExceededException')
export const ConditionalCheckFailedException = awsError('ConditionalCheckFailedException')
export const TransactionCanceledException = awsError('TransactionCanceledException')
export const ExpiredIteratorException = awsError('ExpiredIteratorException')
export const TrimmedDataAccessException = awsError('TrimmedDataAccessException')
export const IdempotentParameterMismatchException = awsError('IdempotentParameterMismatchException')

export const itemSizeBytesMax = 400 * 1024
export const pageSizeBytesMax = 1024 * 1024
export const batchReadSizeBytesMax = 16 * 1024 * 1024
export const transactionSizeBytesMax = 4 * 1024 * 1024
export const hashKeyBytesMax = 2048
export const rangeKeyBytesMax = 1024
export const globalIndexesMax = 20
export const localIndexesMax = 5
export const tokenLifetimeMs = 10 * 60_000
export const statisticsIntervalMs = 6 * 3_600_000

/** As AWS words a member that is out of its bounds: `constraint` goes on from "Member must". */
export const violation = (value: unknown, member: string, constraint: string) => new ValidationException(
  `1 validation error detected: Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: Member must ${constraint}`)

type Place = Pick<Db, 'partition' | 'region' | 'account'>

export const tableArn = (db: Place, name: string): string => arn(db, 'dynamodb', `table/${name}`)
export const indexArn = (db: Place, name: string, index: string): string => `${tableArn(db, name)}/index/${index}`

/** Operations take a table's name or its ARN. */
export function tableNameOf(name: string | undefined): string {
  const resource = name?.startsWith('arn:') ? parseArn(name)?.resource : undefined
  return resource?.startsWith('table/') ? resource.split('/')[1]! : name ?? ''
}

/** The table that an operation on items names. */
export async function tableFor(db: Db, name: string | undefined): Promise<Readonly<TableRow>> {
  const row = await db.tables.tables.shared(tableNameOf(name))
  if (!row) throw new ResourceNotFoundException('Requested resource not found')
  return row
}

/** The table that an operation on tables names: its message says which. */
export async function tableNamed(db: Db, name: string | undefined): Promise<TableRow> {
  const row = await db.tables.tables.get(tableNameOf(name))
  if (!row) throw new ResourceNotFoundException(`Requested resource not found: Table: ${tableNameOf(name)} not found`)
  return row
}
