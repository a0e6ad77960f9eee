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
  world.calls.length = 0
  world.failing.clear()
  delete world.pause.at
  StackName = `stack-${++number}`
})

const item = (Properties: object = {}, more: object = {}) => ({ Type: 'Test::Thing::Item', Properties, ...more })
const body = (Resources: object, more: object = {}) => JSON.stringify({ Resources, ...more })
const ref = (id: string) => ({ Ref: id })
const create = async (Resources: object, more: object = {}, input: object = {}) => {
  await client.createStack({ StackName, TemplateBody: body(Resources, more), ...input })
  await cloud.settle()
}
const update = async (Resources: object, more: object = {}, input: object = {}) => {
  await client.updateStack({ StackName, TemplateBody: body(Resources, more), ...input })
  await cloud.settle()
}
const stack = async (name = StackName) => (await client.describeStacks({ StackName: name })).Stacks![0]!
const events = async () => (await client.describeStackEvents({ StackName })).StackEvents!.reverse()
const values = () => Object.fromEntries(
  [...world.standing.values()].filter(thing => thing.tags['aws:cloudformation:stack-name'] === StackName).map(thing => [thing.name, thing.properties.Value])
)

describe('CreateStack', () => {
  test('creates in dependency order, and tells each step with AWS\'s statuses', async () => {
    await create({ B: item({ Value: { 'Fn::GetAtt': ['A', 'Arn'] } }), A: item() }, { Outputs: { Out: { Value: { 'Fn::Sub': '${B}!' } } } })
    assert.deepEqual(world.calls, ['create A', 'create B'])
    const { StackStatus, Outputs } = await stack()
    assert.equal(StackStatus, 'CREATE_COMPLETE')
    assert.match(Outputs![0]!.OutputValue!, new RegExp(`^${StackName}-B-[A-Z0-9]{12}!$`))
    assert.deepEqual((await events()).map(event => [event.LogicalResourceId, event.ResourceStatus, event.ResourceStatusReason]), [
      [StackName, 'CREATE_IN_PROGRESS', 'User Initiated'],
      ['A', 'CREATE_IN_PROGRESS', undefined], ['A', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'], ['A', 'CREATE_COMPLETE', undefined],
      ['B', 'CREATE_IN_PROGRESS', undefined], ['B', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'], ['B', 'CREATE_COMPLETE', undefined],
      [StackName, 'CREATE_COMPLETE', undefined],
    ])
  })

  test('a failure deletes what was made and says which resource failed', async () => {
    world.failing.add('create B')
    await create({ A: item(), B: item({}, { DependsOn: 'A' }), C: item({}, { DependsOn: 'B' }) })
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    assert.deepEqual(world.calls, ['create A', 'create B', 'delete A'])
    assert.deepEqual(values(), {})
    const told = await events()
    assert.match(
      told.find(event => event.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason!, /^Resource handler returned message: "B does not want to create"/
    )
    assert.equal(
      told.find(event => event.ResourceStatus === 'ROLLBACK_IN_PROGRESS')!.ResourceStatusReason,
      'The following resource(s) failed to create: [B]. Rollback requested by user.'
    )
  })

  test('OnFailure DO_NOTHING leaves the stack, RollbackStack then takes it back; DELETE deletes it', async () => {
    world.failing.add('create B')
    await create({ A: item(), B: item({}, { DependsOn: 'A' }) }, {}, { OnFailure: 'DO_NOTHING' })
    assert.equal((await stack()).StackStatus, 'CREATE_FAILED')
    await client.rollbackStack({ StackName })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'ROLLBACK_COMPLETE')
    StackName += '-d'
    const { StackId } = await client.createStack({ StackName, TemplateBody: body({ B: item() }), OnFailure: 'DELETE' })
    await cloud.settle()
    assert.equal((await stack(StackId)).StackStatus, 'DELETE_COMPLETE')
    await assert.rejects(stack(), { name: 'ValidationError', message: `Stack with id ${StackName} does not exist` })
  })

  test('a template that cannot stand is refused before anything happens', async () => {
    const refused = async (message: string, Resources: object, more: object = {}, input: object = {}) =>
      assert.rejects(
        client.createStack({ StackName, TemplateBody: body(Resources, more), ...input }), (error: Error) => (assert.equal(error.message, message), true)
      )
    await refused('Template format error: Unrecognized resource types: [AWS::No::Thing]', { A: { Type: 'AWS::No::Thing' } })
    await refused('Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template', { A: item({ Value: ref('Gone') }) })
    await refused('Modules are not implemented by Fogbank: [Our::Own::Thing::MODULE]', { A: { Type: 'Our::Own::Thing::MODULE' } })
    await refused('Circular dependency between resources: [A, B]', { A: item({ Value: ref('B') }), B: item({ Value: ref('A') }), C: item({ Value: ref('A') }) })
    await refused('Template format error: At least one Resources member must be defined.', {})
    await refused('Parameters: [P] must have values', { A: item() }, { Parameters: { P: { Type: 'String' } } })
    await refused('Parameters: [Q] do not exist in the template', { A: item() }, {}, { Parameters: [{ ParameterKey: 'Q', ParameterValue: '1' }] })
    const zone = { Parameters: { Z: { Type: 'AWS::EC2::AvailabilityZone::Name', Default: 'us-east-1z' } } }
    await refused('Parameter validation failed: parameter value us-east-1z for parameter name Z does not exist', { A: item() }, zone)
    await refused('UpdatePolicy CodeDeployLambdaAliasUpdate of resource A is not implemented by Fogbank: it has no CodeDeploy.',
      { A: item({}, { UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: 'a', DeploymentGroupName: 'g' } } }) })
    await refused('Requires capabilities : [CAPABILITY_IAM]', { A: { Type: 'AWS::IAM::Role' } })
    await refused(
      'Requires capabilities : [CAPABILITY_NAMED_IAM]', { A: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'x' } } }, {},
      { Capabilities: ['CAPABILITY_IAM'] }
    )
    assert.deepEqual(world.calls, [])
  })

  test('a function that is not there is refused, as are those of AWS::LanguageExtensions without that transform', async () => {
    const supported = /^Template validation error: Template Error: Encountered unsupported function: (\S+) Supported functions are: \[Fn::Base64, .*Fn::Cidr\]$/
    const refused = async (name: string, template: object) => assert.rejects(
      client.createStack({ StackName, TemplateBody: JSON.stringify({ Resources: { A: item() }, ...template }) }),
      (error: Error) => (assert.equal(supported.exec(error.message)?.[1], name), true)
    )
    await refused('Fn::Nope', { Resources: { A: item({ Value: { 'Fn::Join': ['', [{ 'Fn::Nope': '1' }]] } }) } })
    await refused('Fn::Nope', { Outputs: { O: { Value: { 'Fn::Nope': '1' } } } })
    await refused('Fn::Nope', { Conditions: { C: { 'Fn::Nope': [] } } })
    await refused('Fn::Nope', { Rules: { R: { Assertions: [{ Assert: { 'Fn::Nope': [] } }] } } })
    await refused('Fn::ForEach::L', { Resources: { A: item({ Value: { 'Fn::ForEach::L': ['N', ['a'], {}] } }) } })
    await refused('Fn::Length', { Resources: { A: item({ Value: { 'Fn::Length': [1] } }) } })
    const json = { A: item({ Value: { 'Fn::ToJsonString': { a: 1 } } }) }
    await refused('Fn::ToJsonString', { Resources: json })
    assert.deepEqual(world.calls, [])
    await create(json, { Transform: 'AWS::LanguageExtensions' }, { Capabilities: ['CAPABILITY_AUTO_EXPAND'] })
    assert.deepEqual(values(), { A: '{"a":1}' })
  })

  test('LastUpdatedTime is told of stacks that were updated, not of those that were only created', async () => {
    await create({ A: item() })
    assert.equal((await stack()).LastUpdatedTime, undefined)
    await update({ A: item({ Value: '2' }) })
    assert.ok((await stack()).LastUpdatedTime instanceof Date)
  })

  test('DeploymentConfig: the mode is told, and its DisableRollback keeps what was made', async () => {
    world.failing.add('create B')
    await create({ A: item({ Value: '1' }), B: item({}, { DependsOn: 'A' }) }, {}, { DeploymentConfig: { Mode: 'EXPRESS', DisableRollback: true } })
    const { StackStatus, DeploymentConfig, DisableRollback } = await stack()
    assert.deepEqual([StackStatus, DeploymentConfig, DisableRollback], ['CREATE_FAILED', { Mode: 'EXPRESS', DisableRollback: true }, true])
    assert.deepEqual(values(), { A: '1' })
  })

  test('DescribeEvents tells an operation\'s events, and those alone that made it fail', async () => {
    world.failing.add('create B')
    const { OperationId } = await client.createStack({ StackName, TemplateBody: body({ A: item(), B: item({}, { DependsOn: 'A' }) }) })
    await cloud.settle()
    const { OperationEvents } = await client.describeEvents({ OperationId })
    const [last, first] = [OperationEvents![0]!, OperationEvents!.at(-1)!]
    assert.deepEqual(
      [first.EventType, first.OperationType, first.OperationStatus, first.ResourceStatus], ['STACK_EVENT', 'CREATE_STACK', 'IN_PROGRESS', 'CREATE_IN_PROGRESS']
    )
    assert.deepEqual([last.OperationStatus, last.ResourceStatus], ['FAILED', 'ROLLBACK_COMPLETE'])
    const { OperationEvents: failed } = await client.describeEvents({ StackName, Filters: { FailedEvents: true } })
    assert.deepEqual(failed!.map(event => [event.LogicalResourceId, event.EventType]), [['B', 'PROVISIONING_ERROR']])
  })

  test('GetTemplateSummary tells types that nobody has as warnings, where it is asked to', async () => {
    const TemplateBody = body({ A: item(), N: { Type: 'AWS::No::Thing' } })
    await assert.rejects(client.getTemplateSummary({ TemplateBody }), { message: /Unrecognized resource types: \[AWS::No::Thing\]/ })
    const summary = await client.getTemplateSummary({ TemplateBody, TemplateSummaryConfig: { TreatUnrecognizedResourceTypesAsWarnings: true } })
    assert.deepEqual([summary.Warnings, summary.ResourceTypes], [{ UnrecognizedResourceTypes: ['AWS::No::Thing'] }, ['Test::Thing::Item', 'AWS::No::Thing']])
  })

  test('a property that is not honoured fails the resource by name', async () => {
    await create({ A: item({ Unheard: 1 }) })
    const failed = (await events()).find(event => event.ResourceStatus === 'CREATE_FAILED')!
    assert.equal(failed.ResourceStatusReason, 'Properties validation failed for resource A with message:\n#: extraneous key [Unheard] is not permitted')
  })

  test('a name that is in use is AlreadyExistsException; the same request token is the same stack', async () => {
    const input = { StackName, TemplateBody: body({ A: item() }), ClientRequestToken: 'once' }
    const first = await client.createStack(input)
    assert.equal((await client.createStack(input)).StackId, first.StackId)
    await assert.rejects(
      client.createStack({ ...input, ClientRequestToken: 'twice' }), { name: 'AlreadyExistsException', message: `Stack [${StackName}] already exists` }
    )
  })

  test('conditions, mappings, parameters and pseudo parameters are evaluated', async () => {
    await create({
      A: item({
        Value: { 'Fn::If': ['Big', { 'Fn::FindInMap': ['Sizes', ref('AWS::Region'), 'big'] }, ref('AWS::NoValue')] },
      }), B: item({}, { Condition: 'Small' }),
    }, {
      Parameters: { Size: { Type: 'String', Default: 'big', AllowedValues: ['big', 'small'] } }, Mappings: { Sizes: { 'us-east-1': { big: '99' } } },
      Conditions: { Big: { 'Fn::Equals': [ref('Size'), 'big'] }, Small: { 'Fn::Not': [{ Condition: 'Big' }] } },
    })
    assert.deepEqual(values(), { A: '99' })
  })

  test('tags of the stack reach its resources', async () => {
    await create({ A: item({ Name: 'tagged' }) }, {}, { Tags: [{ Key: 'team', Value: 'fog' }] })
    const { team, ...more } = world.standing.get('tagged')!.tags
    assert.equal(team, 'fog')
    assert.equal(more['aws:cloudformation:logical-id'], 'A')
  })
})

describe('UpdateStack', () => {
  test('updates in place, replaces before it deletes, removes what the template has no more', async () => {
    await create({ A: item({ Value: '1' }), B: item({ Fixed: '1' }), C: item() })
    world.calls.length = 0
    await update({ A: item({ Value: '2' }), B: item({ Fixed: '2' }), D: item({ Value: ref('B') }, { DependsOn: 'A' }) })
    assert.equal((await stack()).StackStatus, 'UPDATE_COMPLETE')
    assert.deepEqual([...world.calls].sort(), ['create B', 'create D', 'delete B', 'delete C', 'update A'])
    assert.ok(world.calls.indexOf('delete B') > world.calls.indexOf('create D'))
    assert.deepEqual(Object.keys(values()).sort(), ['A', 'B', 'D'])
  })

  test('what cannot be deleted afterwards is left behind, and said to be', async () => {
    await create({ A: item({ Fixed: '1' }), B: item(), C: item() })
    world.failing.add('delete A').add('delete B')
    await update({ A: item({ Fixed: '2' }), C: item() })
    const { StackStatus, StackStatusReason } = await stack()
    assert.deepEqual([StackStatus, StackStatusReason], ['UPDATE_COMPLETE', 'Update successful. One or more resources could not be deleted.'])
    assert.deepEqual((await events()).filter(event => event.ResourceStatus === 'DELETE_FAILED').map(event => event.LogicalResourceId).sort(), ['A', 'B'])
    assert.deepEqual((await client.listStackResources({ StackName })).StackResourceSummaries!.map(row => row.LogicalResourceId), ['A', 'C'])
  })

  test('nothing to do is ValidationError: No updates are to be performed.', async () => {
    await create({ A: item({ Value: '1' }) })
    await assert.rejects(update({ A: item({ Value: '1' }) }), { name: 'ValidationError', message: 'No updates are to be performed.' })
  })

  test('a failure takes every resource back to what it was', async () => {
    await create({ A: item({ Value: '1' }), B: item({ Fixed: '1', Value: 'b1' }), C: item({ Value: 'c' }) }, { Outputs: { Out: { Value: 'old' } } })
    const earlier = values()
    world.failing.add('create E')
    await update(
      { A: item({ Value: '2' }), B: item({ Fixed: '2', Value: 'b2' }), D: item({}, { DependsOn: ['A', 'B'] }), E: item({}, { DependsOn: 'D' }) },
      { Outputs: { Out: { Value: 'new' } } }
    )
    const { StackStatus, Outputs } = await stack()
    assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.equal(Outputs![0]!.OutputValue, 'old')
    assert.deepEqual(values(), earlier)
    const told = (await events()).map(event => event.ResourceStatusReason)
    assert.ok(told.includes('The following resource(s) failed to create: [E]. '))
    assert.equal((await client.getTemplate({ StackName })).TemplateBody!.includes('c'), true)
  })

  test('a rollback that fails waits for ContinueUpdateRollback', async () => {
    await create({ A: item({ Value: '1' }), B: item({ Value: '1' }, { DependsOn: 'A' }) })
    world.failing.add('update B')
    await update({ A: item({ Value: '2' }), B: item({ Value: '2' }, { DependsOn: 'A' }) })
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_FAILED')
    world.failing.clear()
    await client.continueUpdateRollback({ StackName })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual(values(), { A: '1', B: '1' })
  })

  test('CancelUpdateStack rolls back after the step that is under way', async () => {
    await create({ A: item({ Value: '1' }), B: item({ Value: '1' }, { DependsOn: 'A' }) })
    let go = () => {}
    world.pause.go = new Promise(resolve => go = resolve)
    const reached = new Promise<void>(resolve => world.pause.reached = resolve)
    world.pause.at = 'update A'
    await client.updateStack({ StackName, TemplateBody: body({ A: item({ Value: '2' }), B: item({ Value: '2' }, { DependsOn: 'A' }) }) })
    await reached
    await client.cancelUpdateStack({ StackName })
    delete world.pause.at
    go()
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'UPDATE_ROLLBACK_COMPLETE')
    assert.deepEqual(values(), { A: '1', B: '1' })
  })

  test('DisableRollback keeps what was done; the next update goes on from there', async () => {
    await create({ A: item({ Value: '1' }) })
    world.failing.add('create B')
    await update({ A: item({ Value: '2' }), B: item({}, { DependsOn: 'A' }) }, {}, { DisableRollback: true })
    assert.equal((await stack()).StackStatus, 'UPDATE_FAILED')
    assert.deepEqual(values(), { A: '2' })
    world.failing.clear()
    await update({ A: item({ Value: '2' }), B: item({}, { DependsOn: 'A' }) })
    assert.equal((await stack()).StackStatus, 'UPDATE_COMPLETE')
  })
})

describe('DeleteStack', () => {
  test('deletes in reverse order, keeps what is to be retained', async () => {
    await create({ A: item(), B: item({ Value: ref('A') }), K: item({ Name: `kept-${StackName}` }, { DeletionPolicy: 'Retain' }) })
    world.calls.length = 0
    const { StackId } = await stack()
    await client.deleteStack({ StackName })
    await cloud.settle()
    assert.equal((await stack(StackId)).StackStatus, 'DELETE_COMPLETE')
    assert.deepEqual(world.calls, ['delete B', 'delete A'])
    assert.ok(world.standing.has(`kept-${StackName}`))
  })

  test('a protected stack is refused; one whose exports are in use fails, and stays as it is', async () => {
    const exporter = StackName
    await create({ A: item() }, { Outputs: { Out: { Value: 'shared', Export: { Name: `export-${exporter}` } } } }, { EnableTerminationProtection: true })
    await assert.rejects(client.deleteStack({ StackName }), { message: `Stack [${StackName}] cannot be deleted while TerminationProtection is enabled` })
    await client.updateTerminationProtection({ StackName, EnableTerminationProtection: false })
    StackName += '-importer'
    await create({ A: item({ Value: { 'Fn::ImportValue': `export-${exporter}` } }) })
    assert.deepEqual(values(), { A: 'shared' })
    await client.deleteStack({ StackName: exporter })
    await cloud.settle()
    const { StackStatus, StackStatusReason } = await stack(exporter)
    assert.deepEqual([StackStatus, StackStatusReason],
      ['DELETE_FAILED', `Delete canceled. Cannot delete export export-${exporter} as it is in use by ${StackName}.`])
    assert.ok([...world.standing.values()].some(thing => thing.tags['aws:cloudformation:stack-name'] === exporter))
    assert.deepEqual((await client.listImports({ ExportName: `export-${exporter}` })).Imports, [StackName])
  })

  test('a resource that cannot be deleted fails the deletion, and can then be retained', async () => {
    await create({ A: item(), B: item() })
    world.failing.add('delete A')
    const { StackId } = await stack()
    await client.deleteStack({ StackName })
    await cloud.settle()
    const failed = await stack()
    assert.deepEqual([failed.StackStatus, failed.StackStatusReason], ['DELETE_FAILED', 'The following resource(s) failed to delete: [A]. '])
    await client.deleteStack({ StackName, RetainResources: ['A'] })
    await cloud.settle()
    assert.equal((await stack(StackId)).StackStatus, 'DELETE_COMPLETE')
  })

  test('FORCE_DELETE_STACK leaves behind what cannot be deleted; it needs a stack in DELETE_FAILED', async () => {
    await create({ A: item(), B: item({ Value: ref('A') }), C: item() })
    const DeletionMode = 'FORCE_DELETE_STACK'
    await assert.rejects(client.deleteStack({ StackName, DeletionMode }), { name: 'ValidationError', message: /must be in DELETE_FAILED state/ })
    world.failing.add('delete B')
    const { StackId } = await stack()
    await client.deleteStack({ StackName })
    await cloud.settle()
    assert.equal((await stack()).StackStatus, 'DELETE_FAILED')
    await client.deleteStack({ StackName, DeletionMode })
    await cloud.settle()
    assert.equal((await stack(StackId)).StackStatus, 'DELETE_COMPLETE')
    assert.deepEqual(Object.keys(values()), ['B'])
    const { StackEvents } = await client.describeStackEvents({ StackName: StackId! })
    assert.ok(StackEvents!.some(event => event.LogicalResourceId === 'B' && event.ResourceStatus === 'DELETE_SKIPPED'))
  })
})
