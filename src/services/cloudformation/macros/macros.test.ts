import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { longRunning, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
const objects = new Map<string, string>()
/** What the macro's function answers to a request, and what it was asked. */
let answer: (request: any) => unknown = () => undefined
const requests: any[] = []
const Invoke = longRunning(async (_: any, input: any) => {
  const request = JSON.parse(Buffer.from(input.Payload).toString())
  requests.push({ ...request, FunctionName: input.FunctionName })
  const Payload = Buffer.from(JSON.stringify(await answer(request) ?? null))
  return { StatusCode: 200, Payload }
})
const lambda: ServiceDefinition = { name: 'lambda', tables: {}, authorization: { Invoke: { resource: '*' } }, operations: { Invoke } as any }
const s3: ServiceDefinition = { name: 's3', tables: {}, authorization: { GetObject: { resource: '*' } }, operations: {
  GetObject: longRunning(async (_: any, input: any) => {
    if (!objects.has(input.Key)) throw new Error('The specified key does not exist.')
    return { Body: Readable.from([Buffer.from(objects.get(input.Key)!)]), ContentLength: 1 }
  }),
} as any }

let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackName = ''
before(async () => {
  cloud = await startCloud({ services: [cloudformation, world.service, lambda, s3] })
  client = new CloudFormation(cloud.client)
  await client.createStack({ StackName: 'macros', TemplateBody: JSON.stringify({ Resources: {
    M: { Type: 'AWS::CloudFormation::Macro', Properties: { Name: 'Shout', FunctionName: 'shouter', Description: 'loud' } },
  } }) })
  await cloud.settle()
})
after(() => cloud.stop())
beforeEach(() => {
  StackName = `stack-${++number}`
  requests.length = 0
})

const Capabilities = ['CAPABILITY_AUTO_EXPAND' as const]
const item = (Properties: object) => ({ Type: 'Test::Thing::Item', Properties })
const succeed = (change: (fragment: any) => unknown) => (request: any) => ({
  requestId: request.requestId, status: 'success', fragment: change(request.fragment),
})
const create = async (template: object) => {
  await client.createStack({ StackName, TemplateBody: JSON.stringify(template), Capabilities })
  await cloud.settle()
  return (await client.describeStacks({ StackName })).Stacks![0]!
}
const processed = async () => JSON.parse((await client.getTemplate({ StackName, TemplateStage: 'Processed' })).TemplateBody!)

describe('macros', () => {
  test('of the whole template see it and the parameters\' values; what they answer is the template', async () => {
    answer = succeed(fragment => ({ ...fragment, Resources: { ...fragment.Resources, More: item({ Value: 'more' }) } }))
    const template = {
      Transform: [{ Name: 'Shout', Parameters: { P: { Ref: 'V' } } }], Parameters: { V: { Type: 'String', Default: 'v' } },
      Resources: { A: item({ Value: 'a' }) },
    }
    await assert.rejects(
      client.createStack({ StackName, TemplateBody: JSON.stringify(template) }), { message: 'Requires capabilities : [CAPABILITY_AUTO_EXPAND]' }
    )
    assert.equal((await create(template)).StackStatus, 'CREATE_COMPLETE')
    const [{ requestId, ...request }] = requests
    assert.ok(requestId)
    assert.deepEqual(request, {
      FunctionName: 'shouter', accountId: '000000000000', region: 'us-east-1', transformId: '000000000000::Shout', params: { P: 'v' },
      templateParameterValues: { V: 'v' },
      fragment: { Resources: template.Resources, Parameters: template.Parameters },
    })
    assert.deepEqual(Object.keys((await processed()).Resources), ['A', 'More'])
    assert.equal((await processed()).Transform, undefined)
  })

  test('of a part see what stands beside them; the inner ones go first', async () => {
    answer = succeed(fragment => Object.fromEntries(Object.entries(fragment).map(([key, value]) => [key, typeof value === 'string' ? `${value}!` : value])))
    await create({
      Resources: {
        A: { Type: 'Test::Thing::Item', Properties: { Value: 'a', 'Fn::Transform': { Name: 'Shout' }, Needed: { Deep: 'd', 'Fn::Transform': 'Shout' } } },
      },
    })
    assert.deepEqual((await processed()).Resources.A.Properties, { Value: 'a!', Needed: { Deep: 'd!' } })
    assert.deepEqual(requests.map(request => Object.keys(request.fragment)), [['Deep'], ['Value', 'Needed']])
  })

  test('one that fails makes a failed change set, in CloudFormation\'s words', async () => {
    const reason = async (ChangeSetName: string, Transform = 'Shout') => {
      const TemplateBody = JSON.stringify({ Transform, Resources: { A: item({}) } })
      await client.createChangeSet({ StackName, ChangeSetName, ChangeSetType: 'CREATE', TemplateBody })
      const { Status, ExecutionStatus, StatusReason } = await client.describeChangeSet({ StackName, ChangeSetName })
      assert.deepEqual([Status, ExecutionStatus], ['FAILED', 'UNAVAILABLE'])
      return StatusReason
    }
    answer = request => ({ requestId: request.requestId, status: 'failed', errorMessage: 'too quiet' })
    assert.equal(await reason('a'), 'Transform 000000000000::Shout failed with: too quiet')
    answer = request => ({ requestId: request.requestId, status: 'failed' })
    assert.equal(await reason('b'), 'Transform 000000000000::Shout failed without an error message.')
    answer = () => ({ status: 'success', fragment: {} })
    assert.equal(await reason('c'), 'Received malformed response from transform 000000000000::Shout')
    assert.equal(await reason('d', 'Whisper'), 'No transform named 000000000000::Whisper found.')
    answer = succeed(() => ({ Resources: { A: { Type: 'No::Such::Type' } } }))
    assert.equal(await reason('e'), 'Template format error: Unrecognized resource types: [No::Such::Type]')
    await assert.rejects(create({ Transform: 'Shout', Resources: { A: item({}) } }), /already exists/)
  })
})

test('a transform that fails makes a stack that fails, and an update that is rolled back', async () => {
  const template = { Transform: 'Shout', Resources: { A: item({ Value: 'a' }) } }
  answer = request => ({ requestId: request.requestId, status: 'failed' })
  assert.equal((await create(template)).StackStatus, 'ROLLBACK_COMPLETE')
  const told = async () =>
    (await client.describeStackEvents({ StackName })).StackEvents!.reverse().map(event => [event.ResourceStatus, event.ResourceStatusReason])
  assert.deepEqual(await told(), [
    ['CREATE_IN_PROGRESS', 'User Initiated'],
    ['ROLLBACK_IN_PROGRESS', 'Transform 000000000000::Shout failed without an error message.. Rollback requested by user.'],
    ['ROLLBACK_COMPLETE', undefined],
  ])
  StackName += '-u'
  answer = succeed(fragment => fragment)
  assert.equal((await create(template)).StackStatus, 'CREATE_COMPLETE')
  assert.deepEqual((await told())[1], ['CREATE_IN_PROGRESS', 'Transformation succeeded'])
  answer = request => ({ requestId: request.requestId, status: 'failed' })
  await client.updateStack({ StackName, TemplateBody: JSON.stringify({ ...template, Description: 'new' }), Capabilities: ['CAPABILITY_AUTO_EXPAND'] })
  await cloud.settle()
  const { StackStatus, Description } = (await client.describeStacks({ StackName })).Stacks![0]!
  assert.deepEqual([StackStatus, Description], ['UPDATE_ROLLBACK_COMPLETE', undefined])
  assert.equal((await client.getTemplate({ StackName })).TemplateBody, JSON.stringify(template))
})

test('a change set whose macro takes its time is CREATE_IN_PROGRESS until it answers; what it answers may make it fail', async () => {
  let go = () => {}
  const gone = new Promise<void>(resolve => go = resolve)
  answer = async request => {
    await gone
    return { requestId: request.requestId, status: 'success', fragment: { Resources: { R: { Type: 'AWS::IAM::Role' } } } }
  }
  const asked = requests.length
  const made = client.createChangeSet({
    StackName, ChangeSetName: 'slow', ChangeSetType: 'CREATE', TemplateBody: JSON.stringify({ Transform: 'Shout', Resources: { A: item({}) } })
  })
  while (requests.length === asked) await new Promise(setImmediate)
  const describeSet = () => client.describeChangeSet({ StackName, ChangeSetName: 'slow' })
  const { Status, ExecutionStatus } = await describeSet()
  assert.deepEqual([Status, ExecutionStatus], ['CREATE_IN_PROGRESS', 'UNAVAILABLE'])
  await assert.rejects(client.deleteChangeSet({ StackName, ChangeSetName: 'slow' }), { name: 'InvalidChangeSetStatusException' })
  go()
  await made
  const failed = await describeSet()
  assert.deepEqual([failed.Status, failed.StatusReason], ['FAILED', 'Requires capabilities : [CAPABILITY_IAM]'])
})

describe('AWS::Include', () => {
  const include = (Location: unknown) => ({ Name: 'AWS::Include', Parameters: { Location } })

  test('puts a file\'s members beside what is there, in a part and at the top; its place may be a parameter', async () => {
    objects.set('part.yaml', 'Value: !Sub "${AWS::Region} x"\n')
    objects.set('top.json', JSON.stringify({ Outputs: { Out: { Value: { 'Fn::GetAtt': ['A', 'Value'] } } } }))
    const stack = await create({
      Transform: include('s3://files/top.json'), Parameters: { Where: { Type: 'String', Default: 's3://files/part.yaml' } },
      Resources: { A: { Type: 'Test::Thing::Item', Properties: { Name: StackName, 'Fn::Transform': include({ Ref: 'Where' }) } } },
    })
    assert.equal(stack.Outputs![0]!.OutputValue, 'us-east-1 x')
  })

  test('a file that is not there is named', async () => {
    const template = { Resources: { A: { Type: 'Test::Thing::Item', Properties: { 'Fn::Transform': include('s3://files/none') } } } }
    assert.match((await create(template)).StackStatusReason ?? '', /^$/)
    const { StackEvents } = await client.describeStackEvents({ StackName })
    const failed = StackEvents!.find(event => event.ResourceStatus === 'ROLLBACK_IN_PROGRESS')
    assert.match(failed!.ResourceStatusReason!, /^Transform AWS::Include failed with: S3 error.* Rollback requested by user\.$/)
  })
})
