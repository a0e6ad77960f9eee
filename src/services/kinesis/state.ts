import type { Kinesis as KinesisClient } from '@aws-sdk/client-kinesis'
import type { Operations } from '../../contracts/aws.ts'
import { arn, parseArn } from '../../platform/arns.ts'
import type { DataKeys } from '../../platform/data-keys.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import type { Sequences } from '../../platform/sequences.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<KinesisClient>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export interface StreamRow {
  name: string
  /** Of this creation: the shards and records of an earlier stream of the name are not mixed with it. */
  id: string
  mode: 'PROVISIONED' | 'ON_DEMAND'
  retentionHours: number
  createdAt: number
  /** Number of the next shard. */
  nextShard: number
  maxRecordKiB: number
  metrics: string[]
  /** The key of KMS under which records are sealed: id, alias or ARN, as it was given. */
  keyId?: string
  tags: Tags
  policy?: string
}

export interface ShardRow {
  stream: string
  shard: string
  parent?: string
  adjacentParent?: string
  /** Decimal, 0 to 2^128 - 1. */
  hashFrom: string
  hashTo: string
  sequenceFrom: string
  sequenceTo?: string
  createdAt: number
  closedAt?: number
}

export interface RecordRow {
  stream: string
  shard: string
  sequence: string
  partitionKey: string
  data: Uint8Array
  /** The data key under which `data` is sealed. */
  sealed?: { keyArn: string, dataKey: Uint8Array }
  at: number
}

export interface ConsumerRow {
  stream: string
  name: string
  arn: string
  createdAt: number
  tags: Tags
  policy?: string
}

export const tables = {
  streams: table<StreamRow>()({ name: 'streams', key: row => [row.name] }),
  shards: table<ShardRow>()({ name: 'shards', key: row => [row.stream, row.shard] }),
  records: table<RecordRow>()({ name: 'records', key: row => [row.stream, row.shard, row.sequence] }),
  consumers: table<ConsumerRow>()({ name: 'consumers', key: row => [row.stream, row.name] }),
}

/** What a shard has taken and given: counted in this process, by the cloud's clock. */
export interface Throughput { second: number, bytes: number, records: number, reads: number, readBytes: number, readAt: number }

export interface KinesisState {
  sequences: Sequences
  /** Who waits for records of a shard, by `stream id/shard`. */
  waiting: Map<string, Set<() => void>>
  /** Subscriptions under way, by consumer ARN and shard: a newer one ends the older. */
  subscriptions: Map<string, { since: number, end: () => void }>
  /** What the shards have taken and given, by `stream id/shard`. */
  throughput: Map<string, Throughput>
  /** Data keys of KMS that are used again for five minutes. */
  dataKeys: DataKeys
}

export type Kinesis = Scope<typeof tables, KinesisState>

export const shardsMax = 500
export const consumersPerStreamMax = 20
export const retentionHoursMin = 24
export const retentionHoursMax = 8760
export const onDemandShards = 4
export const recordsPerPutMax = 500
export const putBytesMax = 10 * 1024 * 1024
export const recordsPerGetMax = 10_000
export const getBytesMax = 10 * 1024 * 1024
export const recordKiBDefault = 1024
export const iteratorLifeMs = 300_000
export const hourMs = 3_600_000

export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ResourceInUseException = awsError('ResourceInUseException')
export const InvalidArgumentException = awsError('InvalidArgumentException')
export const LimitExceededException = awsError('LimitExceededException')
export const ExpiredIteratorException = awsError('ExpiredIteratorException')
export const ExpiredNextTokenException = awsError('ExpiredNextTokenException')
export const ProvisionedThroughputExceededException = awsError('ProvisionedThroughputExceededException')
export const KMSAccessDeniedException = awsError('KMSAccessDeniedException')
export const KMSDisabledException = awsError('KMSDisabledException')
export const KMSInvalidStateException = awsError('KMSInvalidStateException')
export const KMSNotFoundException = awsError('KMSNotFoundException')
export const ValidationException = awsError('ValidationException')

/** How a request names a stream. */
export interface NamesStream { StreamName?: string | undefined, StreamARN?: string | undefined, StreamId?: string | undefined }

export const streamArn = (kinesis: { partition: string, region: string, account: string }, name: string): string => arn(kinesis, 'kinesis', `stream/${name}`)

/** The name, by name or ARN; both must agree. AWS asks for at least one. */
export function streamName({ StreamName, StreamARN }: NamesStream): string {
  const byArn = StreamARN === undefined ? undefined : /^stream\/([a-zA-Z0-9_.-]+)/.exec(parseArn(StreamARN)?.resource ?? '')?.[1]
  if (StreamARN !== undefined && byArn === undefined) throw new InvalidArgumentException(`The StreamARN ${StreamARN} is not valid.`)
  const name = StreamName ?? byArn
  if (name === undefined) throw new InvalidArgumentException('Either StreamName or StreamARN must be provided.')
  if (byArn !== undefined && byArn !== name) throw new InvalidArgumentException(`StreamName ${name} and StreamARN ${StreamARN} do not name the same stream.`)
  return name
}

/** The scope of the account and region that the request's ARN names; the caller's for a name. */
export function placeOf(kinesis: Kinesis, input: NamesStream | { ConsumerARN?: string | undefined }): Kinesis {
  const text = 'ConsumerARN' in input ? input.ConsumerARN : (input as NamesStream).StreamARN
  const parsed = text === undefined ? undefined : parseArn(text)
  return !parsed || parsed.account === kinesis.account ? kinesis : kinesis.in({ account: parsed.account })
}

export async function streamNamed(kinesis: Kinesis, input: NamesStream): Promise<StreamRow> {
  if (input.StreamId !== undefined) throw new InvalidArgumentException('StreamId is not supported: name the stream by StreamName or StreamARN.')
  const name = streamName(input)
  const row = await placeOf(kinesis, input).tables.streams.get(name)
  if (!row) throw new ResourceNotFoundException(`Stream ${name} under account ${placeOf(kinesis, input).account} not found.`)
  return row
}

/** Records older than this have outlived the stream's retention. */
export const trimBefore = (kinesis: Kinesis, stream: StreamRow): number => kinesis.now() - stream.retentionHours * hourMs
