import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const ref = (Ref: string) => ({ Ref })
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
const resource = (kind: string, Properties: Record<string, unknown>) => ({ Type: `AWS::Events::${kind}`, Properties })
const queue = { Type: 'AWS::SQS::Queue', Properties: {} }
const principal = { AWS: 'arn:aws:iam::111122223333:root' }
const allow = (bus: string, Sid: string) =>
  ({ Sid, Effect: 'Allow', Principal: principal, Action: 'events:PutEvents', Resource: `arn:aws:events:us-east-1:000000000000:event-bus/${bus}` })
const { Sid: _, ...statement } = allow('plain', '')
const pattern = { source: ['a'], detail: { n: [{ numeric: ['>', 1] }] } }

const whole = {
  Q: queue, Dead: queue,
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  } } },
  Bus: resource('EventBus', {
    Name: 'orders', Description: 'd', Policy: { Version: '2012-10-17', Statement: [allow('orders', 'own')] }, Tags: [{ Key: 'a', Value: '1' }],
  }),
  PlainBus: resource('EventBus', { Name: 'plain' }),
  Statement: resource('EventBusPolicy', { EventBusName: ref('PlainBus'), StatementId: 'statement', Statement: statement }),
  WithSid: resource('EventBusPolicy', { EventBusName: ref('PlainBus'), StatementId: 'sid', Statement: { Sid: 'sid', ...statement } }),
  Action: resource('EventBusPolicy', { StatementId: 'action', Action: 'events:PutEvents', Principal: '111122223333' }),
  Anyone: resource('EventBusPolicy', { StatementId: 'anyone', Action: 'events:PutEvents', Principal: '*' }),
  Rule: resource('Rule', {
    Name: 'rule', EventBusName: arn('Bus'), EventPattern: pattern, State: 'DISABLED', Description: 'd', RoleArn: arn('Role'), Tags: [{ Key: 'a', Value: '1' }],
    Targets: [
      {
        Id: 'z', Arn: arn('Q'), Input: '{"x":1}', DeadLetterConfig: { Arn: arn('Dead') },
        RetryPolicy: { MaximumRetryAttempts: '3', MaximumEventAgeInSeconds: '60' }
      },
      { Id: 'b', Arn: arn('Q'), InputTransformer: { InputPathsMap: { s: '$.source' }, InputTemplate: '"<s>"' } },
    ],
  }),
  Timer: resource('Rule', { ScheduleExpression: 'rate(5 minutes)' }),
  Named: resource('Rule', { EventBusName: ref('PlainBus'), EventPattern: { source: ['b'] } }),
}

test('AWS::Events: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('events', whole, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('events', Object.keys(whole))
  const { events } = cloud.aws()
  const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/orders/rule'
  await events.PutRule({ Name: 'rule', EventBusName: 'orders', EventPattern: JSON.stringify({ ...pattern, source: ['a', 'b'] }), State: 'ENABLED' })
  await events.RemoveTargets({ Rule: 'rule', EventBusName: 'orders', Ids: ['b'] })
  const { Targets } = await events.ListTargetsByRule({ Rule: 'rule', EventBusName: 'orders' })
  await events.PutTargets({ Rule: 'rule', EventBusName: 'orders', Targets: [{ ...Targets![0]!, Input: '{"x":2}' }, { Id: 'new', Arn: Targets![0]!.Arn }] })
  await events.UntagResource({ ResourceARN: ruleArn, TagKeys: ['a'] })
  await events.TagResource({ ResourceARN: 'arn:aws:events:us-east-1:000000000000:event-bus/orders', Tags: [{ Key: 'new', Value: 'n' }] })
  await events.PutRule({ Name: ids.Timer!, ScheduleExpression: 'rate(6 minutes)' })
  await events.PutPermission({ EventBusName: 'orders', StatementId: 'more', Action: 'events:PutEvents', Principal: '*' })
  await events.PutPermission({ EventBusName: 'plain', StatementId: 'statement', Action: 'events:PutEvents', Principal: '*' })
  await events.PutPermission({ StatementId: 'action', Action: 'events:PutEvents', Principal: '444455556666' })
  assert.deepEqual(await stacks.told('events'), [
    'Action NOT_EQUAL /Principal', 'Bus ADD /Policy/Statement/1', 'Bus ADD /Tags/1', 'Rule ADD /EventPattern/source/1', 'Rule ADD /Targets/1',
    'Rule NOT_EQUAL /State',
    'Rule NOT_EQUAL /Targets/0/Input', 'Rule REMOVE /Description', 'Rule REMOVE /RoleArn', 'Rule REMOVE /Tags/0', 'Rule REMOVE /Targets/1',
    'Statement NOT_EQUAL /Statement/Principal', 'Timer NOT_EQUAL /ScheduleExpression',
  ])

  await events.RemovePermission({ StatementId: 'anyone' })
  await events.DeleteRule({ Name: ids.Timer! })
  await events.DeleteRule({ Name: ids.Named!.split('|')[1]!, EventBusName: 'plain' })
  await events.DeleteEventBus({ Name: 'plain' })
  assert.deepEqual((await stacks.told('events')).filter(drift => drift.endsWith('DELETED')), [
    'Anyone DELETED', 'Named DELETED', 'PlainBus DELETED', 'Statement DELETED', 'Timer DELETED', 'WithSid DELETED',
  ])
})

test('AWS::Events: Cloud Control reads, makes, changes and lists the types, and an import takes one that exists', async () => {
  const { events } = cloud.aws()
  await events.CreateEventBus({ Name: 'own', Description: 'd' })
  await events.PutPermission({ EventBusName: 'own', Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow('own', 'sid')] }) })
  const bus = { Name: 'own', Description: 'd', Policy: { Version: '2012-10-17', Statement: [allow('own', 'sid')] } }
  const { RuleArn: onBus } = await events.PutRule({ Name: 'r', EventBusName: 'own', EventPattern: '{"source":["x"]}', Description: 'd' })
  const rule = { Name: 'r', EventBusName: 'own', EventPattern: { source: ['x'] }, State: 'ENABLED', Description: 'd', Targets: [] }
  const { Sid, ...rest } = allow('own', 'sid')
  const policy = { EventBusName: 'own', StatementId: Sid, Statement: rest }
  assert.deepEqual(await stacks.get('AWS::Events::EventBus', 'own'), { ...bus, Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/own' })
  assert.deepEqual(await stacks.get('AWS::Events::EventBusPolicy', 'own|sid'), policy)
  assert.deepEqual(await stacks.get('AWS::Events::Rule', onBus!), { ...rule, Arn: onBus })
  assert.ok((await stacks.list('AWS::Events::EventBus')).includes('own'))
  assert.deepEqual(await stacks.list('AWS::Events::EventBusPolicy', { EventBusName: 'own' }), ['own|sid'])
  assert.ok((await stacks.list('AWS::Events::Rule')).includes(onBus!))
  await stacks.importOne('import-bus', resource('EventBus', bus), { Name: 'own' })
  await stacks.importOne('import-policy', resource('EventBusPolicy', policy), { EventBusName: 'own', StatementId: 'sid' })
  assert.equal(await stacks.importOne('import-rule', resource('Rule', rule), { Arn: onBus! }), 'own|r')
  await stacks.client.updateStack({ StackName: 'import-rule', TemplateBody: JSON.stringify({
    Resources: { One: { ...resource('Rule', rule), DeletionPolicy: 'Retain' } }, Outputs: { Ref: { Value: ref('One') }, Arn: { Value: arn('One') } },
  }) })
  await cloud.settle()
  const { Outputs } = (await stacks.client.describeStacks({ StackName: 'import-rule' })).Stacks![0]!
  assert.deepEqual(Outputs!.map(output => [output.OutputKey, output.OutputValue]).sort(), [['Arn', onBus], ['Ref', 'r']])

  const DesiredState = JSON.stringify({ Name: 'made', ScheduleExpression: 'rate(1 day)' })
  const { ProgressEvent } = await stacks.control.createResource({ TypeName: 'AWS::Events::Rule', DesiredState })
  await cloud.settle()
  const { Identifier } = (await stacks.control.getResourceRequestStatus({ RequestToken: ProgressEvent!.RequestToken })).ProgressEvent!
  assert.equal(Identifier, 'arn:aws:events:us-east-1:000000000000:rule/made')
  const PatchDocument = JSON.stringify([{ op: 'add', path: '/Description', value: 'new' }])
  await stacks.control.updateResource({ TypeName: 'AWS::Events::Rule', Identifier, PatchDocument })
  await cloud.settle()
  assert.equal((await stacks.get('AWS::Events::Rule', Identifier!)).Description, 'new')
  await stacks.control.deleteResource({ TypeName: 'AWS::Events::Rule', Identifier })
  await cloud.settle()
  await assert.rejects(stacks.get('AWS::Events::Rule', Identifier!), { name: 'ResourceNotFoundException' })
})
