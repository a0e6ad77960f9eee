import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scriptedSandboxes } from '../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => null }) })
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const ref = (Ref: string) => ({ Ref })
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
const resource = (kind: string, Properties: Record<string, unknown>, more: object = {}) => ({ Type: `AWS::Logs::${kind}`, Properties, ...more })
const inGroup = (kind: string, Properties: Record<string, unknown>, more: object = {}) => resource(kind, { LogGroupName: ref('Group'), ...Properties }, more)
const trust = (Service: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] })
const role = (service: string, policies: string[] = []) => ({
  Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust(service), ManagedPolicyArns: policies }
})
const document = (Action: string) => ({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'route53.amazonaws.com' }, Action, Resource: '*' }]
})

const whole = {
  Group: resource('LogGroup', { LogGroupName: '/app' }),
  Named: inGroup('LogStream', { LogStreamName: 'one' }),
  Stream: inGroup('LogStream', {}),
  Metric: inGroup('MetricFilter', {
    FilterName: 'slow', FilterPattern: '{ $.ms > 1 }', MetricTransformations: [{
      MetricName: 'm', MetricNamespace: 'n', MetricValue: '$.ms', Unit: 'Milliseconds',
      Dimensions: [{ Key: 'Path', Value: '$.path' }, { Key: 'Host', Value: '$.host' }],
    }],
  }),
  Unit: inGroup('MetricFilter', {
    FilterPattern: '', MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: 1, DefaultValue: '0', Unit: 'None' }],
  }),
  PlainMetric: inGroup('MetricFilter', { FilterPattern: 'ERROR', MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }] }),
  Query: resource('QueryDefinition', { Name: 'errors', QueryString: 'fields @message', LogGroupNames: [ref('Group')] }),
  EmptyQuery: resource('QueryDefinition', { Name: 'empty', QueryString: 'fields @message', LogGroupNames: [] }),
  PlainQuery: resource('QueryDefinition', { Name: 'plain', QueryString: 'fields @message' }),
  Policy: resource('ResourcePolicy', { PolicyName: 'dns', PolicyDocument: JSON.stringify(document('logs:PutLogEvents')) }),
  OtherPolicy: resource('ResourcePolicy', { PolicyName: 'other', PolicyDocument: JSON.stringify(document('logs:PutLogEvents')) }),
  Role: role('lambda.amazonaws.com'),
  F: { Type: 'AWS::Lambda::Function', Properties: {
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: 'exports.handler = () => null' },
  } },
  May: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: ref('F'), Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com' } },
  Kinesis: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'sink', ShardCount: 1 } },
  Writer: role('logs.amazonaws.com', ['arn:aws:iam::aws:policy/AmazonKinesisFullAccess']),
  ToFunction: inGroup('SubscriptionFilter', { FilterPattern: 'x', DestinationArn: arn('F') }, { DependsOn: 'May' }),
  ToStream: inGroup('SubscriptionFilter', {
    FilterName: 'sink', FilterPattern: '', DestinationArn: arn('Kinesis'), RoleArn: arn('Writer'), Distribution: 'Random'
  }),
}

test('AWS::Logs: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('logs', whole)
  await stacks.inSync('logs', Object.keys(whole))
  const { logs } = cloud.aws()
  const logGroupName = '/app'
  await logs.PutMetricFilter({
    logGroupName, filterName: 'slow', filterPattern: '{ $.ms > 2 }', metricTransformations: [{
      metricName: 'm', metricNamespace: 'n', metricValue: '$.ms', dimensions: { Path: '$.p', Host: '$.host' },
    }],
  })
  await logs.PutMetricFilter({
    logGroupName, filterName: ids.PlainMetric!, filterPattern: 'ERROR',
    metricTransformations: [{ metricName: 'm', metricNamespace: 'n', metricValue: '1', unit: 'Count' }],
  })
  await logs.PutQueryDefinition({ queryDefinitionId: ids.Query!, name: 'errors', queryString: 'fields @timestamp' })
  await logs.PutResourcePolicy({ policyName: 'dns', policyDocument: JSON.stringify(document('logs:CreateLogStream')) })
  const { subscriptionFilters } = await logs.DescribeSubscriptionFilters({ logGroupName, filterNamePrefix: 'sink' })
  const { destinationArn, roleArn } = subscriptionFilters![0]!
  await logs.PutSubscriptionFilter({ logGroupName, filterName: 'sink', filterPattern: 'y', destinationArn, roleArn })
  assert.deepEqual(await stacks.told('logs'), [
    'Metric NOT_EQUAL /FilterPattern', 'Metric NOT_EQUAL /MetricTransformations/0/Dimensions/0/Value', 'Metric NOT_EQUAL /MetricTransformations/0/Unit',
    'PlainMetric ADD /MetricTransformations/0/Unit', 'Policy NOT_EQUAL /PolicyDocument/Statement/0/Action', 'Query NOT_EQUAL /QueryString',
    'Query REMOVE /LogGroupNames', 'ToStream NOT_EQUAL /Distribution', 'ToStream NOT_EQUAL /FilterPattern',
  ])

  await logs.DeleteLogStream({ logGroupName, logStreamName: 'one' })
  await logs.DeleteMetricFilter({ logGroupName, filterName: 'slow' })
  await logs.DeleteSubscriptionFilter({ logGroupName, filterName: 'sink' })
  await logs.DeleteQueryDefinition({ queryDefinitionId: ids.Query! })
  await logs.DeleteResourcePolicy({ policyName: 'dns' })
  const deleted = ['Metric', 'Named', 'Policy', 'Query', 'ToStream']
  const gone = async () => (await stacks.told('logs')).filter(drift => drift.endsWith('DELETED'))
  assert.deepEqual(await gone(), deleted.map(id => `${id} DELETED`))
  await logs.DeleteLogGroup({ logGroupName })
  assert.deepEqual(await gone(), [...deleted, 'Group', 'PlainMetric', 'Stream', 'ToFunction', 'Unit'].sort().map(id => `${id} DELETED`))
})

test('AWS::Logs: Cloud Control reads and lists the types, and an import takes one that exists', async () => {
  const { logs } = cloud.aws()
  const LogGroupName = '/own'
  await logs.CreateLogGroup({ logGroupName: LogGroupName })
  await logs.CreateLogStream({ logGroupName: LogGroupName, logStreamName: 's' })
  const transformation = { metricName: 'm', metricNamespace: 'n', metricValue: '1' }
  await logs.PutMetricFilter({ logGroupName: LogGroupName, filterName: 'm', filterPattern: 'x', metricTransformations: [transformation] })
  const DestinationArn = 'arn:aws:lambda:us-east-1:000000000000:function:f'
  await logs.PutSubscriptionFilter({ logGroupName: LogGroupName, filterName: 'f', filterPattern: 'x', destinationArn: DestinationArn })
  const { queryDefinitionId } = await logs.PutQueryDefinition({ name: 'own', queryString: 'fields @message', logGroupNames: [LogGroupName] })
  await logs.PutResourcePolicy({ policyName: 'own', policyDocument: JSON.stringify(document('logs:PutLogEvents')) })
  const things: [kind: string, model: object, identifier: Record<string, string>, properties: Record<string, unknown>][] = [
    ['LogStream', { LogGroupName }, { LogGroupName, LogStreamName: 's' }, {}],
    ['MetricFilter', {}, { LogGroupName, FilterName: 'm' }, {
      FilterPattern: 'x', MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
    }],
    ['SubscriptionFilter', { LogGroupName }, { FilterName: 'f', LogGroupName }, { FilterPattern: 'x', DestinationArn, Distribution: 'ByLogStream' }],
    ['QueryDefinition', {}, { QueryDefinitionId: queryDefinitionId! }, { Name: 'own', QueryString: 'fields @message', LogGroupNames: [LogGroupName] }],
    ['ResourcePolicy', {}, { PolicyName: 'own' }, { PolicyDocument: document('logs:PutLogEvents') }],
  ]
  for (const [kind, model, identifier, properties] of things) {
    const type = `AWS::Logs::${kind}`
    const id = Object.values(identifier).join('|')
    assert.ok((await stacks.list(type, model)).includes(id), kind)
    assert.deepEqual(await stacks.get(type, id), { ...properties, ...identifier })
    const { QueryDefinitionId: _, ...named } = identifier
    const text = kind === 'ResourcePolicy' ? { PolicyDocument: JSON.stringify(properties.PolicyDocument) } : {}
    await stacks.importOne(`import-${kind}`, resource(kind, { ...named, ...properties, ...text }), identifier)
  }
})
