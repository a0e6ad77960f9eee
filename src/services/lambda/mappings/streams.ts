import type { _Record as DynamoRecord } from '@aws-sdk/client-dynamodb-streams'
import type { Aws } from '../../../contracts/aws.ts'
import type { Lambda } from '../state.ts'
import type { CheckpointRow, MappingRow } from './rows.ts'
import { streamArnOf } from './source.ts'

export interface ShardInfo { id: string, parents: string[] }
/** `event` is the record as the function sees it; `at` its arrival in milliseconds since 1970. */
export interface StreamRecord { sequence: string, key: string, at: number, event: any }
export interface StreamPage { records: StreamRecord[], next: string | undefined }
export type StartPosition = Exclude<NonNullable<CheckpointRow['start']>, { type: 'ITERATOR' }> | { type: 'LATEST' }

/** A stream of shards as mappings read it: Kinesis and DynamoDB Streams alike. */
export interface StreamSource {
  shards(): Promise<ShardInfo[]>
  iterator(shard: string, start: StartPosition): Promise<string>
  read(shard: string, iterator: string, limit: number): Promise<StreamPage>
}

export function streamSource(lambda: Lambda, aws: () => Promise<Aws>, mapping: MappingRow, role: () => Promise<string>): StreamSource {
  return mapping.kind === 'kinesis' ? kinesisSource(lambda, aws, mapping.sourceArn, role) : dynamoSource(lambda, aws, mapping.sourceArn)
}

function kinesisSource(lambda: Lambda, aws: () => Promise<Aws>, sourceArn: string, role: () => Promise<string>): StreamSource {
  const StreamARN = streamArnOf(sourceArn)
  return {
    async shards() {
      const found: ShardInfo[] = []
      for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
        const page = await (await aws()).kinesis.ListShards(token === undefined ? { StreamARN } : { StreamARN, NextToken: token })
        for (const { ShardId, ParentShardId, AdjacentParentShardId } of page.Shards ?? []) {
          found.push({ id: ShardId!, parents: [ParentShardId, AdjacentParentShardId].filter(parent => parent !== undefined) })
        }
        token = page.NextToken
      }
      return found
    },
    async iterator(ShardId, start) {
      const position = start.type === 'AT_TIMESTAMP' ? { Timestamp: new Date(start.ms) } : start.type === 'AFTER_SEQUENCE_NUMBER' ? {
        StartingSequenceNumber: start.sequence,
      } : {}
      return (await (await aws()).kinesis.GetShardIterator({ StreamARN, ShardId, ShardIteratorType: start.type, ...position })).ShardIterator!
    },
    async read(shard, ShardIterator, limit) {
      const { Records, NextShardIterator } = await (await aws()).kinesis.GetRecords({ StreamARN, ShardIterator, Limit: Math.min(limit, 10_000) })
      const invokeIdentityArn = await role()
      const records = (Records ?? []).map(record => ({
        sequence: record.SequenceNumber!, key: record.PartitionKey ?? '', at: record.ApproximateArrivalTimestamp!.getTime(),
        event: {
          kinesis: {
            kinesisSchemaVersion: '1.0', partitionKey: record.PartitionKey, sequenceNumber: record.SequenceNumber,
            data: Buffer.from(record.Data!).toString('base64'),
            approximateArrivalTimestamp: record.ApproximateArrivalTimestamp!.getTime() / 1000,
          },
          eventSource: 'aws:kinesis', eventVersion: '1.0', eventID: `${shard}:${record.SequenceNumber}`, eventName: 'aws:kinesis:record', invokeIdentityArn,
          awsRegion: lambda.region,
          eventSourceARN: sourceArn,
        },
      }))
      return { records, next: NextShardIterator }
    },
  }
}

function dynamoSource(lambda: Lambda, aws: () => Promise<Aws>, StreamArn: string): StreamSource {
  return {
    async shards() {
      const { StreamDescription } = await (await aws()).dynamodbstreams.DescribeStream({ StreamArn })
      return (StreamDescription?.Shards ?? []).map(({ ShardId, ParentShardId }) => ({
        id: ShardId!, parents: ParentShardId === undefined ? [] : [ParentShardId],
      }))
    },
    async iterator(ShardId, start) {
      // There are no positions by time: the reader leaves out what is older.
      if (start.type === 'AT_TIMESTAMP') {
        return (await (await aws()).dynamodbstreams.GetShardIterator({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })).ShardIterator!
      }
      const position = start.type === 'AFTER_SEQUENCE_NUMBER' ? { SequenceNumber: start.sequence } : {}
      return (await (await aws()).dynamodbstreams.GetShardIterator({ StreamArn, ShardId, ShardIteratorType: start.type, ...position })).ShardIterator!
    },
    async read(_, ShardIterator, limit) {
      const { Records, NextShardIterator } = await (await aws()).dynamodbstreams.GetRecords({ ShardIterator, Limit: Math.min(limit, 1000) })
      const records = (Records ?? []).map(record => ({
        sequence: record.dynamodb!.SequenceNumber!, key: JSON.stringify(plain(record.dynamodb!.Keys)),
        at: record.dynamodb!.ApproximateCreationDateTime!.getTime(),
        event: dynamoEvent(record, StreamArn, lambda.region),
      }))
      return { records, next: NextShardIterator }
    },
  }
}

const dynamoEvent = (record: DynamoRecord, eventSourceARN: string, awsRegion: string) => {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = record.dynamodb!
  return {
    eventID: record.eventID, eventName: record.eventName, eventVersion: record.eventVersion, eventSource: record.eventSource, awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: ApproximateCreationDateTime!.getTime() / 1000, Keys: plain(Keys), ...NewImage && { NewImage: plain(NewImage) },
      ...OldImage && { OldImage: plain(OldImage) }, ...rest,
    },
    ...record.userIdentity && { userIdentity: { type: record.userIdentity.Type, principalId: record.userIdentity.PrincipalId } },
    eventSourceARN,
  }
}

/** Attribute values with their bytes in base64. */
function plain(value: any): any {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
  return value
}
