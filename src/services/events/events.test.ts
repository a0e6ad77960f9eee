import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { zipSync } from 'fflate'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import { scriptedSandboxes } from '../../sandbox/scripted.ts'
import { startCloud } from '../../testing/index.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing) await close()
})

/** A cloud with a queue `q` that any rule may send to. */
async function world(respond: (event: any) => unknown = () => null) {
  const calls: any[] = []
  const cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: ({ event }) => (calls.push(event), respond(event)) }) })
  const clients = { events: new EventBridge(cloud.client), sqs: new SQS(cloud.client), lambda: new Lambda(cloud.client), iam: new IAM(cloud.client) }
  closing.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await cloud.stop()
  })
  const queue = async (QueueName: string, isOpen = true) => {
    const arn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`
    const Policy = JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn }],
    })
    const { QueueUrl } = await clients.sqs.createQueue({ QueueName, ...isOpen && { Attributes: { Policy } } })
    const received = async () => {
      await cloud.settle()
      const { Messages = [] } = await clients.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] })
      for (const { ReceiptHandle } of Messages) await clients.sqs.deleteMessage({ QueueUrl, ReceiptHandle })
      return Messages
    }
    return { arn, received, bodies: async () => (await received()).map(message => JSON.parse(message.Body!)) }
  }
  const rule = async (Name: string, pattern: object, ...targets: object[]) => {
    await clients.events.putRule({ Name, EventPattern: JSON.stringify(pattern) })
    if (targets.length > 0) await clients.events.putTargets({ Rule: Name, Targets: targets.map((target, index) => ({ Id: String(index), ...target }) as any) })
  }
  const put = (Detail: object, more = {}) => clients.events.putEvents({
    Entries: [{ Source: 'app', DetailType: 'Thing', Detail: JSON.stringify(Detail), ...more }],
  })
  return { ...clients, cloud, calls, queue, rule, put }
}

test('PutEvents: an event reaches the targets of the rules that match it, in AWS\'s form', async () => {
  const { queue, rule, put } = await world()
  const q = await queue('q')
  await rule('big', { source: ['app'], detail: { size: [{ numeric: ['>', 10] }] } }, { Arn: q.arn })
  const { Entries, FailedEntryCount } = await put({ size: 11 }, { Resources: ['arn:x'] })
  await put({ size: 9 })
  const [event, ...others] = await q.bodies()
  assert.deepEqual(event, {
    version: '0', id: Entries![0]!.EventId, 'detail-type': 'Thing', source: 'app', account: '000000000000', time: '2026-01-01T00:00:00Z', region: 'us-east-1',
    resources: ['arn:x'],
    detail: { size: 11 },
  })
  assert.deepEqual([others, FailedEntryCount], [[], 0])
})

test('PutEvents: what is no event is told entry by entry', async () => {
  const { events } = await world()
  const { Entries, FailedEntryCount } = await events.putEvents({ Entries: [
    { Source: 'a', DetailType: 't', Detail: '{}' }, { DetailType: 't', Detail: '{}' }, { Source: 'a', DetailType: 't', Detail: '[1' },
    { Source: 'aws.s3', DetailType: 't', Detail: '{}' },
    { Source: 'a', DetailType: 't', Detail: '{}', EventBusName: 'none' },
  ] })
  assert.deepEqual(
    Entries!.map(entry => entry.ErrorCode), [undefined, 'InvalidArgument', 'MalformedDetail', 'NotAuthorizedForSourceException', 'ResourceNotFoundException']
  )
  assert.equal(FailedEntryCount, 4)
})

test('a function is invoked where its policy lets the rule, and the event is buried where not', async () => {
  const { iam, lambda, calls, queue, rule, put, cloud } = await world()
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const { FunctionArn } = await lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) },
  })
  const dead = await queue('dead')
  await rule('r', { source: ['app'] }, { Arn: FunctionArn, DeadLetterConfig: { Arn: dead.arn } })
  await put({ n: 1 })
  const [letter] = await dead.received()
  assert.equal(JSON.parse(letter!.Body!).detail.n, 1)
  assert.deepEqual(
    [letter!.MessageAttributes!.ERROR_CODE!.StringValue, letter!.MessageAttributes!.RULE_ARN!.StringValue],
    ['AccessDeniedException', 'arn:aws:events:us-east-1:000000000000:rule/r']
  )
  await lambda.addPermission({
    FunctionName: 'f', StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com',
    SourceArn: 'arn:aws:events:us-east-1:000000000000:rule/r',
  })
  await put({ n: 2 })
  await cloud.settle()
  assert.deepEqual(calls.map(event => event.detail), [{ n: 2 }])
})

test('a target gets a constant, a part, or a template that is filled in', async () => {
  const { queue, rule, put } = await world()
  const [constant, part, json, text] = [await queue('constant'), await queue('part'), await queue('json'), await queue('text')]
  const paths = { name: '$.detail.name', size: '$.detail.size', all: '$.detail' }
  await rule('r', { source: ['app'] }, { Arn: constant.arn, Input: '{"fixed":true}' }, { Arn: part.arn, InputPath: '$.detail' },
    { Arn: json.arn, InputTransformer: { InputPathsMap: paths, InputTemplate: '{"who":"<name>","size":<size>,"all":<all>,"rule":"<aws.events.rule-name>"}' } },
    { Arn: text.arn, InputTransformer: { InputPathsMap: paths, InputTemplate: '"<name> has \\"<size>\\" and <missing>"' } })
  await put({ name: 'a "quoted" one', size: 3 })
  assert.deepEqual([await constant.bodies(), await part.bodies()], [[{ fixed: true }], [{ name: 'a "quoted" one', size: 3 }]])
  assert.deepEqual(await json.bodies(), [{ who: 'a "quoted" one', size: 3, all: { name: 'a "quoted" one', size: 3 }, rule: 'r' }])
  assert.deepEqual(await text.bodies(), ['a "quoted" one has "3" and <missing>'])
})

test('PutRule: a rate fires from one interval on, a cron at its times, and neither when it is switched off', async () => {
  const { events, queue, cloud } = await world()
  const q = await queue('q')
  await events.putRule({ Name: 'often', ScheduleExpression: 'rate(5 minutes)' })
  await events.putTargets({ Rule: 'often', Targets: [{ Id: '1', Arn: q.arn }] })
  await cloud.clock.advance(11 * 60_000)
  const fired = await q.bodies()
  assert.deepEqual(fired.map(event => [event.time, event['detail-type'], event.resources[0]]), [
    [
      '2026-01-01T00:05:00Z', 'Scheduled Event', 'arn:aws:events:us-east-1:000000000000:rule/often',
    ], ['2026-01-01T00:10:00Z', 'Scheduled Event', 'arn:aws:events:us-east-1:000000000000:rule/often'],
  ])
  await events.disableRule({ Name: 'often' })
  await cloud.clock.advance(3_600_000)
  assert.deepEqual(await q.bodies(), [])
  await events.putRule({ Name: 'noon', ScheduleExpression: 'cron(0 12 * * ? *)' })
  await events.putTargets({ Rule: 'noon', Targets: [{ Id: '1', Arn: q.arn }] })
  await cloud.clock.advance(24 * 3_600_000)
  assert.deepEqual((await q.bodies()).map(event => event.time), ['2026-01-01T12:00:00Z'])
  await assert.rejects(
    events.putRule({ Name: 'x', ScheduleExpression: 'rate(1 minutes)' }), { name: 'ValidationException', message: 'Parameter ScheduleExpression is not valid.' }
  )
})

test('a delivery that fails is tried again with back-off, as often as the target says', async () => {
  const { events, queue, rule, put, cloud } = await world()
  const [late, dead] = [await queue('late'), await queue('dead')]
  await rule(
    'r', { source: ['app'] },
    {
      Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', RoleArn: 'arn:aws:iam::000000000000:role/none', DeadLetterConfig: { Arn: dead.arn },
      RetryPolicy: { MaximumRetryAttempts: 2 },
    }
  )
  await put({})
  await cloud.clock.advance(60_000)
  assert.equal((await dead.received()).length, 1)
  await events.removeTargets({ Rule: 'r', Ids: ['0'] })
  await events.putTargets({ Rule: 'r', Targets: [{ Id: '0', Arn: late.arn }] })
  await put({ again: true })
  assert.deepEqual((await late.bodies()).map(event => event.detail), [{ again: true }])
})

test('a rule hands events on to another bus, and another account puts them where the policy of the bus lets it', async () => {
  const { events, queue, rule, cloud } = await world()
  const q = await queue('q')
  const { EventBusArn } = await events.createEventBus({ Name: 'second' })
  await events.putRule({ Name: 'all', EventBusName: 'second', EventPattern: '{"source":[{"prefix":""}]}' })
  await events.putTargets({ Rule: 'all', EventBusName: 'second', Targets: [{ Id: '1', Arn: q.arn }] })
  await events.putPermission({
    EventBusName: 'second',
    Policy: JSON.stringify({
      Statement: [{ Sid: 's', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'events:PutEvents', Resource: EventBusArn }],
    }),
  })
  await rule('on', { source: ['app'] }, { Arn: EventBusArn })
  await events.putEvents({ Entries: [{ Source: 'app', DetailType: 't', Detail: '{"n":1}' }] })
  assert.deepEqual((await q.bodies()).map(event => event.detail), [{ n: 1 }])
  const other = new EventBridge({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const theirs = () => other.putEvents({ Entries: [{ Source: 'theirs', DetailType: 't', Detail: '{}', EventBusName: EventBusArn }] })
  await assert.rejects(theirs(), { name: 'AccessDeniedException' })
  await events.putPermission({ EventBusName: 'second', StatementId: 'other', Action: 'events:PutEvents', Principal: '111111111111' })
  await theirs()
  assert.deepEqual((await q.bodies()).map(event => [event.source, event.account]), [['theirs', '111111111111']])
  other.destroy()
  await assert.rejects(events.deleteEventBus({ Name: 'second' }), { name: 'ValidationException', message: /has rules/ })
})

test('rules: what AWS refuses is refused, in its words', async () => {
  const { events, rule, queue } = await world()
  const q = await queue('q')
  await assert.rejects(
    events.putRule({ Name: 'r' }), { name: 'ValidationException', message: 'Parameter(s) EventPattern or ScheduleExpression must be specified.' }
  )
  await assert.rejects(
    events.putRule({ Name: 'r', EventPattern: '{"source":"app"}' }), { name: 'InvalidEventPatternException', message: /"source" must be an object or an array/ }
  )
  await rule('r', { source: ['app'] }, { Arn: q.arn })
  await assert.rejects(events.deleteRule({ Name: 'r' }), { name: 'ValidationException', message: "Rule can't be deleted since it has targets." })
  await assert.rejects(
    events.putTargets({ Rule: 'r', Targets: [{ Id: 'x', Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c' }] }),
    { name: 'ValidationException', message: /service ecs/ }
  )
  await assert.rejects(events.describeRule({ Name: 'none' }), { name: 'ResourceNotFoundException', message: 'Rule none does not exist on EventBus default.' })
  assert.deepEqual((await events.listRuleNamesByTarget({ TargetArn: q.arn })).RuleNames, ['r'])
  assert.deepEqual((await events.listTargetsByRule({ Rule: 'r' })).Targets, [{ Id: '0', Arn: q.arn }])
  const event = JSON.stringify({ id: '1', account: '1', source: 'app', time: 't', region: 'r', resources: [], 'detail-type': 't' })
  assert.equal((await events.testEventPattern({ EventPattern: '{"source":["app"]}', Event: event })).Result, true)
})
