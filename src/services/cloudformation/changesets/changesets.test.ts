import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { longRunning, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
/** A parameter store with one parameter. */
const ssm: ServiceDefinition = { name: 'ssm', tables: {}, authorization: { GetParameter: { resource: '*' } }, operations: {
  GetParameter: longRunning(
    async (_: any, { Name }: any) => Name === '/version'
      ? { Parameter: { Value: '21' } }
      : Promise.reject(Object.assign(new Error(Name), { name: 'ParameterNotFound' }))
  ),
} as any }
let cloud: TestCloud
let client: CloudFormation
let number = 0
let StackName = ''
before(async () => {
  cloud = await startCloud({ services: [cloudformation, world.service, ssm] })
  client = new CloudFormation(cloud.client)
})
after(() => cloud.stop())
beforeEach(() => { StackName = `stack-${++number}` })

const body = (Resources: object, more: object = {}) => JSON.stringify({ Resources, ...more })
const item = (Properties: object = {}) => ({ Type: 'Test::Thing::Item', Properties })
const propose = async (ChangeSetName: string, Resources: object, input: object = {}) => {
  await client.createChangeSet({ StackName, ChangeSetName, TemplateBody: body(Resources), ...input })
  return client.describeChangeSet({ StackName, ChangeSetName, IncludePropertyValues: true })
}
const execute = async (ChangeSetName: string) => {
  await client.executeChangeSet({ StackName, ChangeSetName })
  await cloud.settle()
  return (await client.describeStacks({ StackName })).Stacks![0]!
}

describe('change sets', () => {
  test('of type CREATE make a stack in REVIEW_IN_PROGRESS, and the resources when executed', async () => {
    const set = await propose('first', { A: item() }, { ChangeSetType: 'CREATE' })
    assert.deepEqual([set.Status, set.ExecutionStatus], ['CREATE_COMPLETE', 'AVAILABLE'])
    assert.deepEqual(set.Changes!.map(change => [change.ResourceChange!.Action, change.ResourceChange!.LogicalResourceId]), [['Add', 'A']])
    assert.equal((await client.describeStacks({ StackName })).Stacks![0]!.StackStatus, 'REVIEW_IN_PROGRESS')
    assert.equal((await execute('first')).StackStatus, 'CREATE_COMPLETE')
    assert.equal((await client.describeChangeSet({ StackName, ChangeSetName: 'first' })).ExecutionStatus, 'EXECUTE_COMPLETE')
    await assert.rejects(client.executeChangeSet({ StackName, ChangeSetName: 'first' }), { name: 'InvalidChangeSetStatusException' })
  })

  test('of type UPDATE tell replacements, with the values before and after', async () => {
    await propose('first', { A: item({ Value: '1' }), B: item({ Fixed: '1' }), C: item(), D: item() }, { ChangeSetType: 'CREATE' })
    await execute('first')
    const set = await propose('second', { A: item({ Value: '2' }), B: item({ Fixed: '2' }), C: item(), E: item({ Value: { Ref: 'B' } }) })
    const changes = Object.fromEntries(set.Changes!.map(({ ResourceChange: change }) => [change!.LogicalResourceId, [change!.Action, change!.Replacement]]))
    assert.deepEqual(changes, { A: ['Modify', 'False'], B: ['Modify', 'True'], D: ['Remove', undefined], E: ['Add', undefined] })
    const { Target } = set.Changes!.find(change => change.ResourceChange!.LogicalResourceId === 'A')!.ResourceChange!.Details![0]!
    assert.deepEqual([Target!.Name, Target!.BeforeValue, Target!.AfterValue, Target!.RequiresRecreation], ['Value', '1', '2', 'Never'])
    assert.equal((await execute('second')).StackStatus, 'UPDATE_COMPLETE')
  })

  test('whose execution fails are EXECUTE_FAILED, and EXECUTE_IN_PROGRESS before', async () => {
    await propose('first', { A: item({ Value: '1' }) }, { ChangeSetType: 'CREATE' })
    world.failing.add('create A')
    let go = () => {}
    world.pause.go = new Promise(resolve => go = resolve)
    const reached = new Promise<void>(resolve => world.pause.reached = resolve)
    world.pause.at = 'create A'
    const status = async () => (await client.describeChangeSet({ StackName, ChangeSetName: 'first' })).ExecutionStatus
    const execution = execute('first')
    await reached
    assert.equal(await status(), 'EXECUTE_IN_PROGRESS')
    delete world.pause.at
    go()
    assert.equal((await execution).StackStatus, 'ROLLBACK_COMPLETE')
    assert.equal(await status(), 'EXECUTE_FAILED')
    world.failing.clear()
  })

  test('without changes are FAILED, with the reason that stock tools look for', async () => {
    await propose('first', { A: item() }, { ChangeSetType: 'CREATE' })
    await execute('first')
    const set = await propose('again', { A: item() })
    assert.deepEqual([set.Status, set.ExecutionStatus, set.StatusReason],
      ['FAILED', 'UNAVAILABLE', "The submitted information didn't contain changes. Submit different information to create a change set."])
    await client.deleteChangeSet({ StackName, ChangeSetName: 'again' })
    await assert.rejects(client.describeChangeSet({ StackName, ChangeSetName: 'again' }), { name: 'ChangeSetNotFoundException' })
  })

  test('a parameter of the parameter store has its value; Rules see it', async () => {
    const template = (name: string) => JSON.stringify({
      Parameters: { V: { Type: 'AWS::SSM::Parameter::Value<String>', Default: name } }, Resources: { A: item({ Value: { Ref: 'V' }, Name: name }) },
      Rules: { Version: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'V' }] }] }, AssertDescription: 'too old' }] } },
    })
    await client.createChangeSet({ StackName, ChangeSetName: 'first', ChangeSetType: 'CREATE', TemplateBody: template('/version') })
    const { Parameters } = await execute('first')
    assert.deepEqual(Parameters, [{ ParameterKey: 'V', ParameterValue: '/version', ResolvedValue: '21' }])
    assert.equal(world.standing.get('/version')!.properties.Value, '21')
    await assert.rejects(client.createStack({ StackName: 'other', TemplateBody: template('/none') }), {
      message: 'Unable to fetch parameters [/none] from parameter store for this account.'
    })
  })

  test('AWS::LanguageExtensions: Fn::ForEach makes a resource of each item', async () => {
    const template = { Transform: 'AWS::LanguageExtensions', Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'red,green' } } }
    await client.createChangeSet({ StackName, ChangeSetName: 'loop', ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify({
        ...template, Resources: { 'Fn::ForEach::Colours': ['Colour', { Ref: 'Names' }, { 'Thing${Colour}': item({ Value: { Ref: 'Colour' } }) }] }
      }) })
    await execute('loop')
    const { StackResourceSummaries } = await client.listStackResources({ StackName })
    assert.deepEqual(StackResourceSummaries!.map(row => row.LogicalResourceId), ['Thinggreen', 'Thingred'])
    const processed = JSON.parse((await client.getTemplate({ StackName, TemplateStage: 'Processed' })).TemplateBody!)
    assert.equal(processed.Resources.Thingred.Properties.Value, 'red')
  })
})
