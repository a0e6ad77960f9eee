import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { longRunning, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
const requests: any[] = []
const objects = new Map<string, string>()
/** What the function of the tests answers to a request; undefined: nothing. */
let answer: (request: any) => object | undefined = () => undefined

/** A function that answers custom resources, and a bucket of templates. */
const Invoke = longRunning(async (_: any, input: any) => {
  const request = JSON.parse(Buffer.from(input.Payload).toString())
  requests.push(request)
  const body = answer(request)
  if (body) await fetch(request.ResponseURL, { method: 'PUT', body: JSON.stringify(body) })
  return { StatusCode: 202 }
})
const lambda: ServiceDefinition = { name: 'lambda', tables: {}, authorization: { Invoke: { resource: '*' } }, operations: { Invoke } as any }
const s3: ServiceDefinition = { name: 's3', tables: {}, authorization: { GetObject: { resource: '*' } }, operations: {
  GetObject: longRunning(async (_: any, input: any) => ({ Body: Readable.from([Buffer.from(objects.get(input.Key)!)]), ContentLength: 1 })),
} as any }

let cloud: TestCloud
let number = 0
let StackName = ''
before(async () => { cloud = await startCloud({ services: [cloudformation, world.service, lambda, s3] }) })
after(() => cloud.stop())
beforeEach(() => {
  StackName = `stack-${++number}`
  requests.length = 0
  world.failing.clear()
})

const cfn = () => cloud.aws().cloudformation
const stack = async (name = StackName) => (await cfn().DescribeStacks({ StackName: name })).Stacks![0]!
const custom = (properties: object = {}) => ({
  Type: 'Custom::Thing', Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:f', ...properties }
})
const create = async (template: object) => {
  await cfn().CreateStack({ StackName, TemplateBody: JSON.stringify(template) })
  await cloud.settle()
}

describe('custom resources', () => {
  test('the function is asked, its Data are attributes, numbers reach it as text', async () => {
    answer = request => ({ Status: 'SUCCESS', PhysicalResourceId: 'made', Data: { Url: `for ${request.ResourceProperties.Count}` } })
    await create({ Resources: { C: custom({ Count: 3 }) }, Outputs: { Out: { Value: { 'Fn::GetAtt': ['C', 'Url'] } } } })
    assert.equal((await stack()).Outputs![0]!.OutputValue, 'for 3')
    assert.deepEqual([requests[0].RequestType, requests[0].ResourceType, requests[0].LogicalResourceId], ['Create', 'Custom::Thing', 'C'])
  })

  test('another physical id in the answer to an update is a replacement: the old one is deleted', async () => {
    answer = request => ({ Status: 'SUCCESS', PhysicalResourceId: `id-${request.ResourceProperties.Name}` })
    await create({ Resources: { C: custom({ Name: 'a' }) } })
    await cfn().UpdateStack({ StackName, TemplateBody: JSON.stringify({ Resources: { C: custom({ Name: 'b' }) } }) })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_COMPLETE')
    assert.deepEqual(
      requests.map(request => [request.RequestType, request.PhysicalResourceId]), [['Create', undefined], ['Update', 'id-a'], ['Delete', 'id-a']]
    )
  })

  test('a FAILED answer is the reason, and what it named is asked to go', async () => {
    answer = ({ RequestType }) => RequestType === 'Create' ? { Status: 'FAILED', Reason: 'no luck', PhysicalResourceId: 'x' } : { Status: 'SUCCESS' }
    await create({ Resources: { C: custom() } })
    assert.deepEqual(requests.map(request => [request.RequestType, request.PhysicalResourceId]), [['Create', undefined], ['Delete', 'x']])
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    const { StackEvents } = await cfn().DescribeStackEvents({ StackName })
    assert.match(StackEvents!.find(event => event.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason!,
      /^Received response status \[FAILED\] from custom resource. Message returned: no luck \(RequestId: /)
  })

  test('one that never answers is given up when another resource fails, and is then asked to go', async () => {
    answer = ({ RequestType }) => RequestType === 'Create' ? undefined : { Status: 'SUCCESS' }
    world.failing.add('create A')
    await create({ Resources: { C: custom(), A: { Type: 'Test::Thing::Item' } } })
    const { StackEvents } = await cfn().DescribeStackEvents({ StackName })
    assert.equal(
      StackEvents!.find(event => event.LogicalResourceId === 'C' && event.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason,
      'Resource creation cancelled'
    )
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.match(requests.at(-1).PhysicalResourceId, new RegExp(`^${StackName}-C-[A-Z0-9]{12}$`))
  })
})

test('DeleteStack gives up a creation that waits, and deletes what was made', async () => {
  const asked = new Promise<void>(resolve => {
    answer = ({ RequestType }) => RequestType === 'Create' ? void resolve() : { Status: 'SUCCESS' }
  })
  const { StackId } = await cfn()
    .CreateStack({ StackName, TemplateBody: JSON.stringify({ Resources: { C: { ...custom(), DependsOn: 'A' }, A: { Type: 'Test::Thing::Item' } } }) })
  await asked
  await cfn().DeleteStack({ StackName })
  await cloud.settle()
  assert.equal((await stack(StackId)).StackStatus, 'DELETE_COMPLETE')
  assert.ok(![...world.standing.values()].some(thing => thing.tags['aws:cloudformation:stack-name'] === StackName))
})

describe('nested stacks', () => {
  const child = (value: string) => JSON.stringify({
    Parameters: { P: { Type: 'String' } }, Outputs: { Out: { Value: { Ref: 'P' } } },
    Resources: { A: { Type: 'Test::Thing::Item', Properties: { Value: { Ref: 'P' }, Name: `${StackName}-${value}` } } },
  })
  const parent = (url: string, P: string) => ({
    Resources: { N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: { P } } } },
    Outputs: { Out: { Value: { 'Fn::GetAtt': ['N', 'Outputs.Out'] } } },
  })

  test('are created, updated and deleted with their parent', async () => {
    objects.set('one.json', child('one'))
    await create(parent('http://127.0.0.1:4566/templates/one.json', 'first'))
    assert.deepEqual([(await stack()).StackStatus, (await stack()).Outputs![0]!.OutputValue], ['CREATE_COMPLETE', 'first'])
    const nested = (await cfn().DescribeStacks({})).Stacks!.find(found => found.StackName!.startsWith(`${StackName}-N-`))!
    await assert.rejects(cfn().UpdateTerminationProtection({ StackName: nested.StackName!, EnableTerminationProtection: true }), {
      name: 'ValidationError', message: /is that of its root stack/
    })
    await cfn().UpdateTerminationProtection({ StackName, EnableTerminationProtection: true })
    assert.equal((await stack(nested.StackName)).EnableTerminationProtection, true)
    await cfn().UpdateTerminationProtection({ StackName, EnableTerminationProtection: false })
    assert.deepEqual([nested.ParentId, nested.RootId], [(await stack()).StackId, (await stack()).StackId])
    await cfn().UpdateStack({ StackName, TemplateBody: JSON.stringify(parent('https://templates.s3.us-east-1.amazonaws.com/one.json', 'second')) })
    await cloud.settle()
    assert.equal((await stack()).Outputs![0]!.OutputValue, 'second')
    assert.equal(world.standing.get(`${StackName}-one`)!.properties.Value, 'second')
    await cfn().DeleteStack({ StackName })
    await cloud.settle()
    assert.ok(!world.standing.has(`${StackName}-one`))
  })

  test('are looked at by every update, and go back to the template that they had', async () => {
    objects.set('moving.json', child('moving'))
    const template = { ...parent('s3://templates/moving.json', 'first'), Metadata: {} }
    await create(template)
    objects.set('moving.json', child('moving').replace('"Value":{"Ref":"P"},', '"Value":"other",'))
    const failing = { ...template, Resources: { ...template.Resources, Z: { Type: 'Test::Thing::Item', DependsOn: 'N' } } }
    world.failing.add('create Z')
    await cfn().UpdateStack({ StackName, TemplateBody: JSON.stringify(failing) })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.equal(world.standing.get(`${StackName}-moving`)!.properties.Value, 'first')
    await cfn().UpdateStack({ StackName, UsePreviousTemplate: true })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_COMPLETE')
    assert.equal(world.standing.get(`${StackName}-moving`)!.properties.Value, 'other')
  })

  test('that fail, fail their parent, and nothing is left', async () => {
    objects.set('two.json', child('two'))
    world.failing.add('create A')
    await create(parent('s3://templates/two.json', 'x'))
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.ok(!world.standing.has(`${StackName}-two`))
  })
})
