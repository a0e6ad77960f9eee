import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CloudControl } from '@aws-sdk/client-cloudcontrol'
import type { ResourceType } from '../../platform/resource-type.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { cloudcontrol } from './service.ts'
import { applyPatch } from './requests/patch.ts'

let cloud: TestCloud
let client: CloudControl
before(async () => {
  cloud = await startCloud()
  client = new CloudControl(cloud.client)
})
after(() => cloud.stop())

const queueType = 'AWS::SQS::Queue'
const create = async (TypeName: string, desired: object, more: object = {}) => {
  const { ProgressEvent } = await client.createResource({ TypeName, DesiredState: JSON.stringify(desired), ...more })
  return ended(ProgressEvent!.RequestToken!)
}
const ended = async (RequestToken: string) => {
  await cloud.settle()
  return (await client.getResourceRequestStatus({ RequestToken })).ProgressEvent!
}
const get = async (TypeName: string, Identifier: string) => JSON.parse((await client.getResource({ TypeName, Identifier })).ResourceDescription!.Properties!)

describe('Cloud Control', () => {
  test('makes, reads, changes, lists and deletes a resource', async () => {
    const first = await client.createResource({ TypeName: queueType, DesiredState: JSON.stringify({ QueueName: 'jobs', VisibilityTimeout: 40 }) })
    assert.deepEqual([first.ProgressEvent!.OperationStatus, first.ProgressEvent!.Operation], ['IN_PROGRESS', 'CREATE'])
    const made = await ended(first.ProgressEvent!.RequestToken!)
    assert.equal(made.OperationStatus, 'SUCCESS')
    const Identifier = made.Identifier!
    const read = await get(queueType, Identifier)
    assert.deepEqual([read.QueueName, read.VisibilityTimeout, read.Arn, read.QueueUrl], ['jobs', 40, 'arn:aws:sqs:us-east-1:000000000000:jobs', Identifier])
    const PatchDocument = JSON.stringify([{ op: 'test', path: '/VisibilityTimeout', value: 40 }, { op: 'replace', path: '/VisibilityTimeout', value: 50 }])
    const { ProgressEvent } = await client.updateResource({ TypeName: queueType, Identifier, PatchDocument })
    assert.equal((await ended(ProgressEvent!.RequestToken!)).OperationStatus, 'SUCCESS')
    assert.equal((await get(queueType, JSON.stringify({ QueueUrl: Identifier }))).VisibilityTimeout, 50)
    const { ResourceDescriptions } = await client.listResources({ TypeName: queueType })
    const like = async (model: object) =>
      (await client.listResources({ TypeName: queueType, ResourceModel: JSON.stringify(model) })).ResourceDescriptions!.map(found => found.Identifier)
    assert.deepEqual([await like({ VisibilityTimeout: 50 }), await like({ VisibilityTimeout: 51 })], [[Identifier], []])
    await assert.rejects(like({ Nonsense: 1 }), { name: 'ValidationException', message: /extraneous key \[Nonsense\]/ })
    assert.deepEqual(ResourceDescriptions, [{ Identifier, Properties: JSON.stringify({ QueueUrl: Identifier }) }])
    const gone = await client.deleteResource({ TypeName: queueType, Identifier })
    assert.equal((await ended(gone.ProgressEvent!.RequestToken!)).OperationStatus, 'SUCCESS')
    await assert.rejects(
      get(queueType, Identifier),
      { name: 'ResourceNotFoundException', message: `Resource of type '${queueType}' with identifier '${Identifier}' was not found.` }
    )
  })

  test('works on every type that can be read: what was asked for can be read back', async () => {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
    const wanted: [string, Record<string, unknown>][] = [
      ['AWS::Logs::LogGroup', { RetentionInDays: 3 }], ['AWS::SSM::Parameter', { Name: '/cc/p', Type: 'String', Value: 'v' }],
      ['AWS::S3::Bucket', { BucketName: 'cc-bucket' }],
      ['AWS::IAM::Role', { AssumeRolePolicyDocument: trust }], ['AWS::Kinesis::Stream', { RetentionPeriodHours: 30 }],
      [
        'AWS::DynamoDB::Table',
        {
          KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      ],
    ]
    for (const [type, desired] of wanted) {
      const { ProgressEvent } = await client.createResource({ TypeName: type, DesiredState: JSON.stringify(desired) })
      await cloud.clock.advance(60_000)
      const { OperationStatus, Identifier, StatusMessage } = await ended(ProgressEvent!.RequestToken!)
      assert.equal(OperationStatus, 'SUCCESS', `${type}: ${StatusMessage}`)
      const read = await get(type, Identifier!)
      for (const [name, value] of Object.entries(desired)) assert.deepEqual(read[name], value, `${type} ${name}`)
      assert.ok((await client.listResources({ TypeName: type })).ResourceDescriptions!.some(found => found.Identifier === Identifier))
    }
  })

  test('tags are read, in the form that the type has, and changed by a patch', async () => {
    const change = async (TypeName: string, Identifier: string, patch: object[]) => {
      const { ProgressEvent } = await client.updateResource({ TypeName, Identifier, PatchDocument: JSON.stringify(patch) })
      assert.equal((await ended(ProgressEvent!.RequestToken!)).OperationStatus, 'SUCCESS')
    }
    const Tags = [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }]
    const queue = (await create(queueType, { QueueName: 'tagged', Tags })).Identifier!
    assert.deepEqual((await get(queueType, queue)).Tags, Tags)
    await change(queueType, queue, [{ op: 'remove', path: '/Tags/0' }, { op: 'replace', path: '/Tags/0/Value', value: '3' }])
    assert.deepEqual((await get(queueType, queue)).Tags, [{ Key: 'b', Value: '3' }])
    const parameter = (await create('AWS::SSM::Parameter', { Name: '/tagged', Type: 'String', Value: 'v', Tags: { a: '1' } })).Identifier!
    await change('AWS::SSM::Parameter', parameter, [{ op: 'test', path: '/Tags/a', value: '1' }, { op: 'add', path: '/Tags/c', value: '2' }])
    assert.deepEqual((await get('AWS::SSM::Parameter', parameter)).Tags, { a: '1', c: '2' })
  })

  test('a failure has its code; a name that is taken, a resource that is not there', async () => {
    await create('AWS::Logs::LogGroup', { LogGroupName: 'taken' })
    const again = await create('AWS::Logs::LogGroup', { LogGroupName: 'taken' })
    assert.deepEqual([again.OperationStatus, again.ErrorCode], ['FAILED', 'AlreadyExists'])
    const { ProgressEvent } = await client.deleteResource({ TypeName: 'AWS::Logs::LogGroup', Identifier: 'none' })
    const deleted = await ended(ProgressEvent!.RequestToken!)
    assert.deepEqual([deleted.OperationStatus, deleted.ErrorCode], ['FAILED', 'NotFound'])
    const { ResourceRequestStatusSummaries } = await client.listResourceRequests({
      ResourceRequestStatusFilter: { Operations: ['DELETE'], OperationStatuses: ['FAILED'] },
    })
    assert.deepEqual(ResourceRequestStatusSummaries!.map(request => request.Identifier), ['none'])
  })

  test('what cannot be asked for is refused', async () => {
    const refused = (TypeName: string, desired: object, error: object) => assert.rejects(create(TypeName, desired), error)
    await refused('AWS::No::Thing', {}, { name: 'TypeNotFoundException', message: "The type 'AWS::No::Thing' cannot be found." })
    await refused('AWS::CDK::Metadata', {}, { name: 'UnsupportedActionException' })
    await refused(queueType, { Nothing: 1 }, { message: 'Model validation failed (#: extraneous key [Nothing] is not permitted)' })
    await refused('AWS::SSM::Parameter', { Type: 'String' }, { message: 'Model validation failed (#: required key [Value] not found)' })
    await create('AWS::SSM::Parameter', { Name: '/cc/fixed', Type: 'String', Value: 'v' })
    const patch = (path: string, value: unknown) => client.updateResource({
      TypeName: 'AWS::SSM::Parameter', Identifier: '/cc/fixed', PatchDocument: JSON.stringify([{ op: 'replace', path, value }]),
    })
    await assert.rejects(patch('/Name', '/cc/other'), { message: 'Invalid patch update: createOnlyProperties [/properties/Name] cannot be updated' })
    await assert.rejects(patch('/Nowhere', 1), { message: 'Invalid patch document: /Nowhere is not there' })
    await assert.rejects(client.getResourceRequestStatus({ RequestToken: '00000000-0000-0000-0000-000000000000' }), { name: 'RequestTokenNotFoundException' })
  })

  test('a client token that comes again is the same request, with something else a conflict', async () => {
    const ask = (LogGroupName: string) => client.createResource({
      TypeName: 'AWS::Logs::LogGroup', DesiredState: JSON.stringify({ LogGroupName }), ClientToken: 'once',
    })
    const [first, second] = [await ask('tokened'), await ask('tokened')]
    assert.equal(first.ProgressEvent!.RequestToken, second.ProgressEvent!.RequestToken)
    await assert.rejects(ask('other'), { name: 'ClientTokenConflictException' })
    await cloud.settle()
  })

  test('a request that was not begun when the cloud stopped is carried out at the next start', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-cloudcontrol-'))
    try {
      const one = await startCloud({ dataFolder })
      const { ProgressEvent } = await one.aws().cloudcontrol.CreateResource({ TypeName: 'AWS::Logs::LogGroup', DesiredState: '{"LogGroupName":"later"}' })
      await one.stop()
      const two = await startCloud({ dataFolder })
      await two.settle()
      const again = await two.aws().cloudcontrol.GetResourceRequestStatus({ RequestToken: ProgressEvent!.RequestToken })
      assert.equal(again.ProgressEvent!.OperationStatus, 'SUCCESS')
      assert.equal((await two.aws().logs.DescribeLogGroups({})).logGroups!.length, 1)
      await two.stop()
    } finally {
      await rm(dataFolder, { recursive: true, force: true })
    }
  })

  test('a request that waits can be cancelled, one that is over cannot', async () => {
    const slow: ResourceType = {
      properties: {}, identifier: 'Id', read: async () => ({}), delete: async () => {},
      async create(context) {
        await context.wait(60_000)
        return { id: 'x' }
      },
    }
    const own = await startCloud({
      services: [cloudcontrol, { name: 'slow', tables: {}, operations: {}, authorization: {}, resourceTypes: { 'Test::Slow::Thing': slow } }],
    })
    const { cloudcontrol: aws } = own.aws()
    const { ProgressEvent } = await aws.CreateResource({ TypeName: 'Test::Slow::Thing', DesiredState: '{}' })
    await aws.CancelResourceRequest({ RequestToken: ProgressEvent!.RequestToken })
    await own.settle()
    assert.equal((await aws.GetResourceRequestStatus({ RequestToken: ProgressEvent!.RequestToken })).ProgressEvent!.OperationStatus, 'CANCEL_COMPLETE')
    await assert.rejects(aws.CancelResourceRequest({ RequestToken: ProgressEvent!.RequestToken }), { name: 'ValidationException' })
    await own.stop()
  })
})

test('a JSON patch adds, removes, moves, copies and tests, in lists as well, and leaves the document as it is', () => {
  const document = { a: [1, 2], b: { c: 'x' } }
  const patch = [
    { op: 'add', path: '/a/-', value: 3 }, { op: 'add', path: '/a/0', value: 0 }, { op: 'remove', path: '/a/1' }, { op: 'copy', from: '/b', path: '/d' },
    { op: 'move', from: '/b/c', path: '/b/e~1f' }, { op: 'test', path: '/d/c', value: 'x' },
  ]
  assert.deepEqual(applyPatch(document, JSON.stringify(patch)), { a: [0, 2, 3], b: { 'e/f': 'x' }, d: { c: 'x' } })
  assert.deepEqual(document, { a: [1, 2], b: { c: 'x' } })
  for (const wrong of ['{}', 'no', '[{"op":"remove","path":"/z"}]', '[{"op":"add","path":"/a/9","value":1}]', '[{"op":"test","path":"/a","value":1}]',
    '[{"op":"add","path":"/__proto__/x","value":1}]', '[{"op":"jump","path":"/a"}]']) assert.throws(
      () => applyPatch(document, wrong), { name: 'ValidationException' }
    )
})
