import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackName = ''
before(async () => {
  cloud = await startCloud({ services: [cloudformation, world.service] })
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())
beforeEach(() => {
  StackName = `stack-${++number}`
  world.failing.clear()
})

const item = (more: object = {}) => ({ Type: 'Test::Thing::Item', ...more })
const byHandle = (more: object = {}) => ({
  H: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  W: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: { Ref: 'H' }, Timeout: '600', ...more } },
})
const byPolicy = (ResourceSignal: object) => ({ W: { Type: 'AWS::CloudFormation::WaitCondition', CreationPolicy: { ResourceSignal } } })
const create = async (Resources: object, more: object = {}, input: object = {}) => {
  await client.createStack({ StackName, TemplateBody: JSON.stringify({ Resources, ...more }), ...input })
  await cloud.settle()
}
const stack = async () => (await client.describeStacks({ StackName })).Stacks![0]!
const address = async () => (await client.describeStackResource({ StackName, LogicalResourceId: 'H' })).StackResourceDetail!.PhysicalResourceId!
const put = async (url: string, signal: object | string) => {
  const { status } = await fetch(url, { method: 'PUT', body: typeof signal === 'string' ? signal : JSON.stringify(signal) })
  await cloud.settle()
  return status
}
const success = (UniqueId: string, Data = '') => ({ Status: 'SUCCESS', UniqueId, Data, Reason: 'done' })
const reasons = async (status = 'CREATE_FAILED') =>
  (await client.describeStackEvents({ StackName })).StackEvents!.filter(event => event.ResourceStatus === status)
  .map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)

describe('AWS::CloudFormation::WaitCondition', () => {
  test('waits for as many signals as Count says, and what depends on it waits as well; Data is an attribute', async () => {
    const template = { ...byHandle({ Count: 2 }), After: item({ DependsOn: 'W' }), Beside: item() }
    await create(template, { Outputs: { Data: { Value: { 'Fn::GetAtt': ['W', 'Data'] } } } })
    assert.equal((await stack()).StackStatus, 'CREATE_IN_PROGRESS')
    const url = await address()
    assert.equal(await put(url, success('one', 'first')), 200)
    assert.equal(await put(url, success('one', 'again')), 200)
    assert.equal((await stack()).StackStatus, 'CREATE_IN_PROGRESS')
    assert.ok([...world.standing.values()].some(thing => thing.name === 'Beside') && ![...world.standing.values()].some(thing => thing.name === 'After'))
    assert.equal(await put(url, success('two', 'second')), 200)
    assert.equal((await stack()).StackStatus, 'CREATE_COMPLETE')
    assert.deepEqual(JSON.parse((await stack()).Outputs![0]!.OutputValue!), { one: 'first', two: 'second' })
    const { StackEvents } = await client.describeStackEvents({ StackName })
    assert.equal(
      StackEvents!.filter(event => event.LogicalResourceId === 'W' && event.ResourceStatus === 'CREATE_IN_PROGRESS' && !event.ResourceStatusReason).length, 1
    )
  })

  test('a FAILURE fails it with its reason', async () => {
    await create(byHandle())
    await put(await address(), { Status: 'FAILURE', UniqueId: 'x', Reason: 'disk full' })
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.deepEqual(await reasons(), ["W: WaitCondition received failed message: 'disk full' for uniqueId: x"])
  })

  test('time that runs out fails it, by the clock of the cloud', async () => {
    await create(byHandle())
    await cloud.clock.advance(599_000)
    assert.equal((await stack()).StackStatus, 'CREATE_IN_PROGRESS')
    await cloud.clock.advance(1000)
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.deepEqual(await reasons(), ['W: WaitCondition timed out. Received 0 conditions when expecting 1'])
  })

  test('the timeout of the stack ends the waiting, and the stack says so', async () => {
    await create(byHandle(), {}, { TimeoutInMinutes: 5 })
    await cloud.clock.advance(300_000)
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.deepEqual(await reasons(), ['W: Resource creation cancelled'])
    assert.deepEqual(await reasons('ROLLBACK_IN_PROGRESS'), [`${StackName}: Stack creation time exceeded the specified timeout. Rollback requested by user.`])
  })

  test('a failure beside it, a deletion and a cancelled update end the waiting', async () => {
    world.failing.add('create B')
    await create({ ...byHandle(), B: item({ DependsOn: 'H' }) })
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.ok((await reasons()).includes('W: Resource creation cancelled'))
    StackName += '-d'
    await create(byHandle())
    await client.deleteStack({ StackName })
    await cloud.settle()
    await assert.rejects(stack(), /does not exist/)
    StackName += '-u'
    await create({ A: item() })
    await client.updateStack({ StackName, TemplateBody: JSON.stringify({ Resources: { A: item(), ...byHandle() } }) })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_IN_PROGRESS')
    await client.cancelUpdateStack({ StackName })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
  })

  test('only whoever knows the address may signal; what is no signal is refused', async () => {
    await create(byHandle())
    const url = await address()
    assert.equal(await put(url.replace(/[^/]+$/, 'other'), success('a')), 403)
    assert.equal(await put(url, 'done'), 400)
    assert.equal(await put(url, { Status: 'OK', UniqueId: 'a' }), 400)
    assert.equal((await stack()).StackStatus, 'CREATE_IN_PROGRESS')
  })

  test('it cannot be updated', async () => {
    await create(byPolicy({ Count: 0 }))
    await client.updateStack({
      StackName, TemplateBody: JSON.stringify({ Resources: { W: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Count: 3 } } } }),
    })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual(await reasons('UPDATE_FAILED'), ['W: Update to resource type AWS::CloudFormation::WaitCondition is not supported.'])
  })
})

describe('SignalResource', () => {
  const signal = async (UniqueId: string, Status: 'SUCCESS' | 'FAILURE' = 'SUCCESS') => {
    await client.signalResource({ StackName, LogicalResourceId: 'W', UniqueId, Status })
    await cloud.settle()
  }

  test('signals a wait condition with a creation policy', async () => {
    await create(byPolicy({ Count: 2, Timeout: 'PT1H' }))
    await signal('one')
    await assert.rejects(signal('one'), { message: 'Signal with ID one for resource W already exists. Signals may only be updated with a FAILURE status.' })
    await signal('two')
    assert.equal((await stack()).StackStatus, 'CREATE_COMPLETE')
    await assert.rejects(signal('three'), { name: 'ValidationError', message: / is in CREATE_COMPLETE state and cannot be signaled$/ })
  })

  test('a FAILURE, or too few of them in time, fail it', async () => {
    await create(byPolicy({ Timeout: 'PT10M' }))
    await signal('one', 'FAILURE')
    assert.deepEqual(await reasons(), ['W: Received 1 FAILURE signal(s) out of 1. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement'])
    StackName += '-t'
    await create(byPolicy({ Timeout: 'PT10M' }))
    await cloud.clock.advance(600_000)
    assert.deepEqual(await reasons(), ['W: Failed to receive 1 resource signal(s) within the specified duration'])
  })
})
