import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { iam } from '../../iam/service.ts'
import { secretsmanager } from '../../secretsmanager/service.ts'
import { ssm } from '../../ssm/service.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const world = things()
let cloud: TestCloud
let number = 0
let StackName = ''
before(async () => { cloud = await startCloud({ services: [cloudformation, ssm, secretsmanager, iam, world.service] }) })
after(() => cloud.stop())
beforeEach(() => { StackName = `stack-${++number}` })

const cfn = () => cloud.aws().cloudformation
const item = (Value: unknown) => ({ A: { Type: 'Test::Thing::Item', Properties: { Value, Name: StackName } } })
const body = (Resources: object, more: object = {}) => JSON.stringify({ Resources, ...more })
const create = async (Resources: object, more: object = {}) => {
  await cfn().CreateStack({ StackName, TemplateBody: body(Resources, more) })
  await cloud.settle()
  return (await cfn().DescribeStacks({ StackName })).Stacks![0]!
}
const put = (Name: string, Value: string, Type: 'String' | 'SecureString' = 'String') => cloud.aws().ssm.PutParameter({ Name, Value, Type, Overwrite: true })
const value = () => world.standing.get(StackName)?.properties.Value
const reason = async () =>
  (await cfn().DescribeStackEvents({ StackName })).StackEvents!.find(event => event.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason

describe('dynamic references', () => {
  test('to the parameter store are resolved for the resource, at a version or the latest, and not stored', async () => {
    await put('/app/one', 'first')
    await put('/app/one', 'second')
    await create(item({ 'Fn::Sub': ['a {{resolve:ssm:/app/${N}:1}} b {{resolve:ssm:/app/one}}', { N: 'one' }] }))
    assert.equal(value(), 'a first b second')
    const { StackEvents } = await cfn().DescribeStackEvents({ StackName })
    assert.ok(StackEvents!.every(event => !event.ResourceProperties?.includes('second')))
  })

  test('another value alone is no update; a touched resource is given the new one', async () => {
    await put('/app/two', 'old')
    await create(item('{{resolve:ssm:/app/two}}'))
    await put('/app/two', 'new')
    await assert.rejects(cfn().UpdateStack({ StackName, TemplateBody: body(item('{{resolve:ssm:/app/two}}')) }), { message: 'No updates are to be performed.' })
    await cfn().UpdateStack({ StackName, TemplateBody: body(item('{{resolve:ssm:/app/two}}!')) })
    await cloud.settle()
    assert.equal(value(), 'new!')
  })

  test('one that is not there, or is of the other kind, fails the resource', async () => {
    await create(item('{{resolve:ssm:/none:4}}'))
    assert.equal(await reason(), 'Parameters: [ssm:/none:4] cannot be found.')
    StackName += '-s'
    await put('/app/secret', 'x', 'SecureString')
    await create(item('{{resolve:ssm:/app/secret}}'))
    assert.equal(await reason(), 'Non-secure ssm prefix was used for secure parameter: /app/secret')
  })

  test('to Secrets Manager: the whole text, a member of it, a stage, a version; by name and by ARN', async () => {
    const { secretsmanager } = cloud.aws()
    const { ARN, VersionId } = await secretsmanager.CreateSecret({
      Name: 'app/db', ClientRequestToken: randomUUID(), SecretString: '{"user":"fog","port":5432}'
    })
    await secretsmanager.PutSecretValue({ SecretId: 'app/db', ClientRequestToken: randomUUID(), SecretString: '{"user":"bank"}' })
    await create(item([
      '{{resolve:secretsmanager:app/db}}', `{{resolve:secretsmanager:${ARN}:SecretString:user}}!`,
      '{{resolve:secretsmanager:app/db:SecretString:port:AWSPREVIOUS}}',
      `{{resolve:secretsmanager:app/db:SecretString:user::${VersionId}}}`,
    ]))
    assert.deepEqual(value(), ['{"user":"bank"}', 'bank!', '5432', 'fog'])
    const failing = async (reference: string, expected: RegExp) => {
      StackName += '-f'
      await create(item(reference))
      assert.match((await reason())!, expected)
    }
    await failing('{{resolve:secretsmanager:app/db:SecretString:none}}', /^Could not find a value associated with JSONKey in SecretString$/)
    await failing('{{resolve:secretsmanager:gone}}', /Secrets Manager can't find the specified secret/)
  })

  test('of secure strings, of other services, and badly written ones are refused before anything is made', async () => {
    const refused = (Value: unknown, message: RegExp) => assert.rejects(create(item(Value)), { name: 'ValidationError', message })
    await refused(
      { Deep: '{{resolve:ssm-secure:/app/secret:1}}' }, /^SSM Secure reference is not supported in: \[Test::Thing::Item\/Properties\/Value\/Deep\]$/
    )
    await refused('{{resolve:ssm:/app/one:latest}}', /^Incorrect format is used in the following SSM reference: \[\{\{resolve:ssm:\/app\/one:latest\}\}\]$/)
    await refused('{{resolve:secretsmanager:s:SecretBinary}}', /^Incorrect format is used in the following Secrets Manager reference: /)
    await refused('{{resolve:kms:s}}', /kms are not implemented/)
    await refused(Array.from({ length: 61 }, () => '{{resolve:ssm:/app/one}}'), /Number of dynamic references, 61/)
  })
})

describe('parameters of the parameter store', () => {
  const parameter = (Type: string, Default: string) => ({ Parameters: { P: { Type, Default } } })

  test('lists are lists; a name has to be there; secure strings are not taken', async () => {
    await put('/app/list', 'a,b')
    await create(item({ 'Fn::Select': [1, { Ref: 'P' }] }), parameter('AWS::SSM::Parameter::Value<List<String>>', '/app/list'))
    assert.equal(value(), 'b')
    StackName += '-n'
    await assert.rejects(create(item('x'), parameter('AWS::SSM::Parameter::Name', '/nowhere')), { message: /^Unable to fetch parameters \[\/nowhere\]/ })
    await create(item({ Ref: 'P' }), parameter('AWS::SSM::Parameter::Name', '/app/list'))
    assert.equal(value(), '/app/list')
    StackName += '-s'
    await put('/app/hidden', 'x', 'SecureString')
    await assert.rejects(create(item({ Ref: 'P' }), parameter('AWS::SSM::Parameter::Value<String>', '/app/hidden')),
      { message: 'Parameters [/app/hidden] referenced by template have types not supported by CloudFormation.' })
  })
})
