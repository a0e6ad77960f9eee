import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scriptedSandboxes } from '../../src/sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

// A SAM application whose one function has every event source that stands: each reaches it, with the permissions that the transform gives.
const template = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Bucket: {Type: AWS::S3::Bucket}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = async () => {}'
      Handler: index.handler
      Runtime: nodejs22.x
      Timeout: 5
      Events:
        FromQueue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 5}}
        FromStream: {Type: Kinesis, Properties: {Stream: !GetAtt Stream.Arn, StartingPosition: TRIM_HORIZON}}
        FromTable: {Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn, StartingPosition: TRIM_HORIZON}}
        FromBucket: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}
        FromBus: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}
        FromClock: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
Outputs:
  Bucket: {Value: !Ref Bucket}
  Queue: {Value: !Ref Queue}
  Stream: {Value: !Ref Stream}
  Table: {Value: !Ref Table}
  Function: {Value: !Ref Function}
`

let cloud: TestCloud
let outputs: Record<string, string>
const seen: any[] = []
before(async () => {
  cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: ({ event }) => void seen.push(event) }) })
  const { cloudformation } = cloud.aws()
  await cloudformation.CreateStack({ StackName: 'shop', TemplateBody: template, Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'] })
  await cloud.settle()
  const { Stacks } = await cloudformation.DescribeStacks({ StackName: 'shop' })
  assert.equal(
    Stacks![0]!.StackStatus, 'CREATE_COMPLETE',
    JSON.stringify((await cloudformation.DescribeStackEvents({ StackName: 'shop' })).StackEvents!.map(event => event.ResourceStatusReason))
  )
  outputs = Object.fromEntries(Stacks![0]!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
})
after(() => cloud.stop())

/** What the function is called with after something was done. */
async function calledAfter(work: () => Promise<unknown>) {
  seen.length = 0
  await work()
  await cloud.settle()
  return seen
}

test('a message, a record, a change of a table, an object and an event each invoke the function once', async () => {
  const { sqs, kinesis, dynamodb, events, s3 } = cloud.aws()
  const [fromQueue] = await calledAfter(() => sqs.SendMessage({ QueueUrl: outputs.Queue, MessageBody: 'order' }))
  assert.equal(fromQueue.Records[0].body, 'order')
  const [fromStream] = await calledAfter(() => kinesis.PutRecord({ StreamName: outputs.Stream, Data: Buffer.from('click'), PartitionKey: 'k' }))
  assert.equal(Buffer.from(fromStream.Records[0].kinesis.data, 'base64').toString(), 'click')
  const [fromTable] = await calledAfter(() => dynamodb.PutItem({ TableName: outputs.Table, Item: { id: { S: 'a' } } }))
  assert.deepEqual(fromTable.Records[0].dynamodb.NewImage, { id: { S: 'a' } })
  const [fromBucket] = await calledAfter(() => s3.PutObject({ Bucket: outputs.Bucket, Key: 'k', Body: Buffer.from('x') as never }))
  assert.deepEqual([fromBucket.Records[0].eventName, fromBucket.Records[0].s3.object.key], ['ObjectCreated:Put', 'k'])
  const [fromBus] = await calledAfter(() => events.PutEvents({ Entries: [
    { Source: 'shop', DetailType: 'sold', Detail: '{"n":1}' }, { Source: 'other', DetailType: 'sold', Detail: '{}' },
  ] }))
  assert.deepEqual([fromBus.detail, seen.length], [{ n: 1 }, 1])
})

test('the schedule fires by the clock, and no more when the stack is gone', async () => {
  seen.length = 0
  await cloud.clock.advance(10 * 60_000)
  assert.deepEqual(seen.map(event => event['detail-type']), ['Scheduled Event', 'Scheduled Event'])
  const { cloudformation, lambda, events, s3 } = cloud.aws()
  await s3.DeleteObject({ Bucket: outputs.Bucket, Key: 'k' })
  await cloudformation.DeleteStack({ StackName: 'shop' })
  await cloud.settle()
  seen.length = 0
  await cloud.clock.advance(10 * 60_000)
  assert.deepEqual(seen, [])
  assert.deepEqual((await lambda.ListEventSourceMappings({})).EventSourceMappings, [])
  assert.deepEqual((await events.ListRules({})).Rules, [])
})
