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
beforeEach(() => { StackName = `stack-${++number}` })

const item = (Value: unknown, more: object = {}) => ({ Type: 'Test::Thing::Item', Properties: { Value, ...more } })
const body = (Resources: object) => JSON.stringify({ Resources })
const statement = (Effect: string, Action: unknown, Resource: unknown, more: object = {}) => ({ Effect, Action, Resource, Principal: '*', ...more })
const policy = (...Statement: object[]) => JSON.stringify({ Statement })
const everything = statement('Allow', 'Update:*', '*')
const create = async (Resources: object, StackPolicyBody?: string) => {
  await client.createStack({ StackName, TemplateBody: body(Resources), ...StackPolicyBody !== undefined && { StackPolicyBody } })
  await cloud.settle()
}
/** Updates, and tells the stack's status and why resources failed. */
const update = async (Resources: object, input: object = {}) => {
  await client.updateStack({ StackName, TemplateBody: body(Resources), ...input })
  await cloud.settle()
  const { StackEvents } = await client.describeStackEvents({ StackName })
  const { StackStatus } = (await client.describeStacks({ StackName })).Stacks![0]!
  return [
    StackStatus,
    ...StackEvents!.filter(event => event.ResourceStatus === 'UPDATE_FAILED').map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)
  ]
}
const values = () => Object.fromEntries([...world.standing.values()].filter(thing => thing.tags['aws:cloudformation:stack-name'] === StackName)
  .map(thing => [thing.name, thing.properties.Value]))

describe('stack policies', () => {
  test('what a statement denies fails the update, which goes back', async () => {
    const StackPolicyBody = policy(everything, statement('Deny', ['Update:Replace', 'Update:Delete'], 'LogicalResourceId/A'))
    await create({ A: item('1'), B: item('1') }, StackPolicyBody)
    assert.equal((await client.getStackPolicy({ StackName })).StackPolicyBody, StackPolicyBody)
    assert.deepEqual(await update({ A: item('2'), B: item('2') }), ['UPDATE_COMPLETE'])
    assert.deepEqual(await update({ A: item('2', { Fixed: 'x' }), B: item('3', { Needed: { 'Fn::GetAtt': ['A', 'Arn'] } }) }),
      ['UPDATE_ROLLBACK_COMPLETE', 'A: Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for resource [LogicalResourceId/A]'])
    assert.deepEqual((await update({ B: item('2') })).slice(0, 2),
      ['UPDATE_ROLLBACK_COMPLETE', 'A: Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for resource [LogicalResourceId/A]'])
    assert.deepEqual(values(), { A: '2', B: '2' })
  })

  test('once one is set, what no statement allows is denied; new resources are not asked about', async () => {
    await create({ A: item('1') }, policy(statement('Allow', 'Update:Modify', 'LogicalResourceId/A*')))
    assert.deepEqual(await update({ A: item('2'), C: item('1') }), ['UPDATE_COMPLETE'])
    assert.deepEqual(await update({ A: item('2'), C: item('2') }),
      ['UPDATE_ROLLBACK_COMPLETE', 'C: Action not allowed by stack policy: No statement allows [Update:Modify] for resource [LogicalResourceId/C]'])
    assert.deepEqual(values(), { A: '2', C: '1' })
  })

  test('conditions on the type, NotResource and NotAction', async () => {
    const byType = statement('Deny', 'Update:*', '*', { Condition: { StringLike: { ResourceType: ['Test::*::Item'] } } })
    await create({ A: item('1') }, policy(everything, byType))
    assert.equal((await update({ A: item('2') }))[0], 'UPDATE_ROLLBACK_COMPLETE')
    await client.setStackPolicy({
      StackName, StackPolicyBody: policy({ Effect: 'Allow', NotAction: 'Update:Delete', NotResource: 'LogicalResourceId/B*', Principal: '*' }),
    })
    assert.equal((await update({ A: item('2') }))[0], 'UPDATE_COMPLETE')
  })

  test('another one may hold during one update, and a new one is kept', async () => {
    await create({ A: item('1') }, policy(statement('Deny', 'Update:*', '*')))
    assert.equal((await update({ A: item('2') }, { StackPolicyDuringUpdateBody: policy(everything) }))[0], 'UPDATE_COMPLETE')
    assert.equal((await update({ A: item('3') }))[0], 'UPDATE_ROLLBACK_COMPLETE')
    await client.updateStack({ StackName, UsePreviousTemplate: true, StackPolicyBody: policy(everything) })
    assert.equal((await update({ A: item('3') }))[0], 'UPDATE_COMPLETE')
  })

  test('change sets are held to it as well', async () => {
    await create({ A: item('1') }, policy(statement('Deny', 'Update:*', '*')))
    await client.createChangeSet({ StackName, ChangeSetName: 'c', TemplateBody: body({ A: item('2') }) })
    await client.executeChangeSet({ StackName, ChangeSetName: 'c' })
    await cloud.settle()
    assert.equal((await client.describeStacks({ StackName })).Stacks![0]!.StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
  })

  test('what is no policy is refused', async () => {
    await create({ A: item('1') })
    assert.equal((await client.getStackPolicy({ StackName })).StackPolicyBody, undefined)
    const refused = (StackPolicyBody: string, message: RegExp) => assert.rejects(
      client.setStackPolicy({ StackName, StackPolicyBody }), { name: 'ValidationError', message }
    )
    const invalid = /^Error validating stack policy: Invalid stack policy$/
    await refused('no', invalid)
    await refused(policy({ ...everything, Principal: 'me' }), invalid)
    await refused(policy({ ...everything, Action: 'Delete:*' }), invalid)
    await refused(policy({ ...everything, Resource: 'A' }), invalid)
    await refused(
      policy({ ...everything, Resource: 'LogicalResourceId/Z' }), /^Error validating stack policy: Unknown logical id 'LogicalResourceId\/Z' in statement/
    )
    await assert.rejects(client.setStackPolicy({ StackName }), { message: 'You must specify either StackPolicyURL or StackPolicyBody' })
  })
})

test('a resource that fails before it is touched stays as it was, also where an earlier update touched it', async () => {
  await create({ A: item('1'), B: item('1') })
  assert.deepEqual(await update({ A: item('2'), B: item('2') }), ['UPDATE_COMPLETE'])
  await client.setStackPolicy({ StackName, StackPolicyBody: policy(everything, statement('Deny', 'Update:*', 'LogicalResourceId/A')) })
  assert.equal((await update({ A: item('3'), B: item('3') }))[0], 'UPDATE_ROLLBACK_COMPLETE')
  assert.deepEqual(values(), { A: '2', B: '2' })
})
