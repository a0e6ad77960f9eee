import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams'
import { longRunning, service } from '../../../platform/service.ts'
import { tables, type Db } from '../state.ts'
import { DescribeStream } from './DescribeStream.ts'
import { GetRecords } from './GetRecords.ts'
import { GetShardIterator } from './GetShardIterator.ts'
import { ListStreams } from './ListStreams.ts'

const onStream = { resource: (_: Db, input: { StreamArn: string | undefined }) => input.StreamArn ?? '*' }

/** The streams of DynamoDB's tables: an API of its own on the same tables. */
export const dynamodbstreams = service<DynamoDBStreams, Db>({
  name: 'dynamodbstreams',
  partOf: 'dynamodb',
  iamPrefix: 'dynamodb',
  billing: 'AmazonDynamoDB',
  tables,
  operations: { DescribeStream, GetRecords: longRunning(GetRecords), GetShardIterator, ListStreams },
  authorization: {
    DescribeStream: onStream, GetShardIterator: onStream, GetRecords: { resource: (_, input) => input.ShardIterator?.split('|')[0] ?? '*' },
    ListStreams: { resource: '*' },
  },
})
