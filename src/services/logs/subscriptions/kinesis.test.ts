import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { startCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { kinesis } from '../../kinesis/service.ts'
import { sts } from '../../sts/service.ts'
import { logs as logsService } from '../service.ts'

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

test('PutSubscriptionFilter: a stream gets a control message, then the events, by the role that the filter names', async () => {
  const cloud = await startCloud({ services: [iam, kinesis, logsService, sts] })
  const logs = new CloudWatchLogs(cloud.client)
  const aws = cloud.aws()
  try {
    await aws.kinesis.CreateStream({ StreamName: 'events', ShardCount: 1 })
    await cloud.clock.advance(60_000)
    const { StreamDescriptionSummary: stream } = await aws.kinesis.DescribeStreamSummary({ StreamName: 'events' })
    const { Role } = await aws.iam.CreateRole({
      RoleName: 'r', AssumeRolePolicyDocument: policy({ Principal: { Service: 'logs.amazonaws.com' }, Action: 'sts:AssumeRole' })
    })
    await logs.createLogGroup({ logGroupName: '/g' })
    await logs.createLogStream({ logGroupName: '/g', logStreamName: 's' })
    const filter = { logGroupName: '/g', filterName: 'f', filterPattern: 'ERROR', destinationArn: stream!.StreamARN!, roleArn: Role!.Arn! }
    await assert.rejects(logs.putSubscriptionFilter(filter), {
      name: 'InvalidParameterException', message: /Could not deliver test message to specified Kinesis stream/
    })
    await aws.iam.PutRolePolicy({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy({ Action: 'kinesis:PutRecord', Resource: '*' }) })
    await logs.putSubscriptionFilter(filter)
    await logs.putLogEvents({
      logGroupName: '/g', logStreamName: 's',
      logEvents: [{ timestamp: cloud.clock.now(), message: 'ERROR x' }, { timestamp: cloud.clock.now(), message: 'fine' }]
    })
    await cloud.settle()
    const { Shards } = await aws.kinesis.ListShards({ StreamName: 'events' })
    const { ShardIterator } = await aws.kinesis.GetShardIterator({ StreamName: 'events', ShardId: Shards![0]!.ShardId!, ShardIteratorType: 'TRIM_HORIZON' })
    const { Records } = await aws.kinesis.GetRecords({ ShardIterator: ShardIterator! })
    const messages = Records!.map(record => ({ key: record.PartitionKey, ...JSON.parse(gunzipSync(record.Data!).toString()) }))
    assert.deepEqual(messages.map(({ messageType }) => messageType), ['CONTROL_MESSAGE', 'DATA_MESSAGE'])
    assert.deepEqual([messages[1].key, messages[1].logGroup, messages[1].logEvents.map((event: any) => event.message)], ['s', '/g', ['ERROR x']])
  } finally {
    logs.destroy()
    await cloud.stop()
  }
})
