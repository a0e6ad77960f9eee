import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { drifting, type Drifting } from '../../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => null }) })
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const ref = (Ref: string) => ({ Ref })
const att = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] })
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const policies = ['SQS', 'DynamoDB', 'Kinesis'].map(name => `arn:aws:iam::aws:policy/Amazon${name}FullAccess`)
const queue = { Type: 'AWS::SQS::Queue', Properties: {} }
const table = { Type: 'AWS::DynamoDB::Table', Properties: {
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
} }
const stream = { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } }
const mapping = (EventSourceArn: object, Properties: object = {}) =>
  ({ Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: ref('F'), EventSourceArn, ...Properties } })
const filters = { Filters: [{ Pattern: '{"body":{"kind":["a"]}}' }, { Pattern: '{"body":{"kind":["b"]}}' }] }
const ofStream = {
  BatchSize: '50', MaximumBatchingWindowInSeconds: '5', ParallelizationFactor: '1', MaximumRecordAgeInSeconds: '600', MaximumRetryAttempts: '3',
  BisectBatchOnFunctionError: 'true', TumblingWindowInSeconds: '30', DestinationConfig: { OnFailure: { Destination: att('Dead') } }, FilterCriteria: filters,
  FunctionResponseTypes: ['ReportBatchItemFailures'], MetricsConfig: { Metrics: ['EventCount'] }, Enabled: 'true', Tags: [{ Key: 'a', Value: '1' }],
}
const empty = { FilterCriteria: { Filters: [] }, MetricsConfig: { Metrics: [] }, FunctionResponseTypes: [] }

/** Mappings of each kind of source with all that they take, with empty settings, and with none. */
const whole = {
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: policies } },
  F: { Type: 'AWS::Lambda::Function', Properties: {
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: att('Role'), Code: { ZipFile: 'exports.handler = () => null' },
  } },
  Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
  ] } } },
  Q1: queue, Q2: queue, Q3: queue, Q4: queue, Q5: queue, Dead: queue, T1: table, T2: table, K1: stream, K2: stream, K3: stream,
  Queue: mapping(att('Q1'), {
    FunctionName: att('F'), BatchSize: '20', MaximumBatchingWindowInSeconds: '10', FilterCriteria: filters, FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: '7' }, MetricsConfig: { Metrics: ['EventCount'] }, Enabled: 'false',
    Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }],
  }),
  Pollers: mapping(att('Q2'), { ProvisionedPollerConfig: { MinimumPollers: '3' } }),
  EmptyQueue: mapping(att('Q3'), { ...empty, ScalingConfig: {}, ProvisionedPollerConfig: {} }),
  SealedQueue: mapping(att('Q5'), { FilterCriteria: filters, KmsKeyArn: att('Key') }),
  PlainQueue: mapping(att('Q4'), { FunctionName: { 'Fn::Sub': '${AWS::AccountId}:function:${F}' } }),
  Table: mapping(att('T1', 'StreamArn'), { ...ofStream, StartingPosition: 'TRIM_HORIZON' }),
  PlainTable: mapping(att('T2', 'StreamArn'), { StartingPosition: 'LATEST' }),
  Stream: mapping(att('K1'), { ...ofStream, StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: '1700000000' }),
  EmptyStream: mapping(att('K2'), { ...empty, StartingPosition: 'LATEST', DestinationConfig: { OnFailure: { Destination: '' } } }),
  PlainStream: mapping(att('K3'), { StartingPosition: 'TRIM_HORIZON' }),
}

test('AWS::Lambda::EventSourceMapping: of every source, what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('mappings', whole, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('mappings', Object.keys(whole))
  const { lambda } = cloud.aws()
  const change = (id: string, changes: object) => lambda.UpdateEventSourceMapping({ UUID: ids[id]!, ...changes })
  await change('Queue', {
    BatchSize: 30, MaximumBatchingWindowInSeconds: 20, FilterCriteria: { Filters: [filters.Filters[0]] }, FunctionResponseTypes: [],
    ScalingConfig: { MaximumConcurrency: 8 },
    MetricsConfig: { Metrics: [] }, Enabled: true,
  })
  const { EventSourceMappingArn } = await lambda.GetEventSourceMapping({ UUID: ids.Queue! })
  await lambda.TagResource({ Resource: EventSourceMappingArn!, Tags: { a: '9' } })
  await change('Pollers', { ProvisionedPollerConfig: { MinimumPollers: 3, MaximumPollers: 9 } })
  await change('EmptyQueue', { FilterCriteria: filters })
  await change('Table', {
    ParallelizationFactor: 2, TumblingWindowInSeconds: 0, MaximumRecordAgeInSeconds: 700, MaximumRetryAttempts: 4, BisectBatchOnFunctionError: false,
    DestinationConfig: { OnFailure: { Destination: '' } },
  })
  await change('Stream', { BatchSize: 60, FilterCriteria: {}, Enabled: false })
  await change('PlainStream', { MaximumRetryAttempts: 4 })
  await change('SealedQueue', { KMSKeyArn: '', FilterCriteria: { Filters: [filters.Filters[0]] } })
  assert.deepEqual(await stacks.told('mappings'), [
    'EmptyQueue ADD /FilterCriteria/Filters/0', 'EmptyQueue ADD /FilterCriteria/Filters/1', 'Pollers ADD /ProvisionedPollerConfig/MaximumPollers',
    'Queue NOT_EQUAL /BatchSize', 'Queue NOT_EQUAL /Enabled', 'Queue NOT_EQUAL /MaximumBatchingWindowInSeconds',
    'Queue NOT_EQUAL /ScalingConfig/MaximumConcurrency',
    'Queue NOT_EQUAL /Tags/0/Value', 'Queue REMOVE /FilterCriteria/Filters/1', 'Queue REMOVE /FunctionResponseTypes/0', 'Queue REMOVE /MetricsConfig',
    'SealedQueue REMOVE /FilterCriteria/Filters/1', 'SealedQueue REMOVE /KmsKeyArn', 'Stream NOT_EQUAL /BatchSize', 'Stream NOT_EQUAL /Enabled',
    'Stream REMOVE /FilterCriteria',
    'Table NOT_EQUAL /BisectBatchOnFunctionError', 'Table NOT_EQUAL /MaximumRecordAgeInSeconds', 'Table NOT_EQUAL /MaximumRetryAttempts',
    'Table NOT_EQUAL /ParallelizationFactor', 'Table NOT_EQUAL /TumblingWindowInSeconds', 'Table REMOVE /DestinationConfig',
  ])
  for (const id of ['Queue', 'PlainTable', 'Stream']) await lambda.DeleteEventSourceMapping({ UUID: ids[id]! })
  assert.deepEqual((await stacks.told('mappings')).filter(drift => drift.endsWith('DELETED')), ['PlainTable DELETED', 'Queue DELETED', 'Stream DELETED'])
})

test('AWS::Lambda::EventSourceMapping: Cloud Control reads, lists and changes one, and an import takes it', async () => {
  const { lambda, sqs } = cloud.aws()
  await sqs.CreateQueue({ QueueName: 'q' })
  const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:q'
  const { UUID, EventSourceMappingArn } = await lambda.CreateEventSourceMapping({ FunctionName: 'f', EventSourceArn, BatchSize: 5 })
  const Identifier = UUID!
  const type = 'AWS::Lambda::EventSourceMapping'
  assert.ok((await stacks.list(type)).includes(Identifier))
  const expected = {
    FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f', EventSourceArn, Enabled: true, BatchSize: 5, MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    Id: Identifier, EventSourceMappingArn,
  }
  assert.deepEqual(await stacks.get(type, Identifier), expected)
  await stacks.control.updateResource({ TypeName: type, Identifier, PatchDocument: JSON.stringify([{ op: 'replace', path: '/BatchSize', value: 6 }]) })
  await cloud.settle()
  assert.deepEqual(await stacks.get(type, Identifier), { ...expected, BatchSize: 6 })
  await stacks.importOne('import', { Type: type, Properties: { FunctionName: 'f', EventSourceArn, BatchSize: '6' } }, { Id: Identifier })
})
