import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Lambda } from '@aws-sdk/client-lambda'
import type { TestCloud } from '../../../testing/index.ts'
import { lambdaWorld, zip } from '../testing/world.ts'

let cloud: TestCloud
let lambda: Lambda
let create: Awaited<ReturnType<typeof lambdaWorld>>['create']
let stop: () => Promise<void>
let number = 0
let name = ''
before(async () => { ({ cloud, lambda, create, stop } = await lambdaWorld()) })
after(() => stop())
beforeEach(() => { name = `f${++number}` })

const publisher = 'arn:aws:signer:us-east-1:000000000000:/signing-profiles/ours/abcdefghij'
async function config(policy?: 'Warn' | 'Enforce', more = {}): Promise<string> {
  const { CodeSigningConfig } = await lambda.createCodeSigningConfig({
    AllowedPublishers: { SigningProfileVersionArns: [publisher] }, ...policy && { CodeSigningPolicies: { UntrustedArtifactOnDeployment: policy } }, ...more,
  })
  return CodeSigningConfig!.CodeSigningConfigArn!
}

test('a code signing configuration is made, changed, listed and deleted; Warn is the default', async () => {
  const CodeSigningConfigArn = await config(undefined, { Description: 'one', Tags: { a: '1' } })
  assert.match(CodeSigningConfigArn, /^arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-[a-z0-9]{17}$/)
  const get = async () => (await lambda.getCodeSigningConfig({ CodeSigningConfigArn })).CodeSigningConfig!
  const shown = await get()
  assert.deepEqual([shown.Description, shown.CodeSigningPolicies, shown.AllowedPublishers!.SigningProfileVersionArns], [
    'one', { UntrustedArtifactOnDeployment: 'Warn' }, [publisher],
  ])
  await lambda.updateCodeSigningConfig({ CodeSigningConfigArn, CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' } })
  assert.deepEqual([(await get()).CodeSigningPolicies!.UntrustedArtifactOnDeployment, (await get()).Description], ['Enforce', 'one'])
  await lambda.tagResource({ Resource: CodeSigningConfigArn, Tags: { b: '2' } })
  await lambda.untagResource({ Resource: CodeSigningConfigArn, TagKeys: ['a'] })
  assert.deepEqual((await lambda.listTags({ Resource: CodeSigningConfigArn })).Tags, { b: '2' })
  await config()
  const first = await lambda.listCodeSigningConfigs({ MaxItems: 1 })
  const second = await lambda.listCodeSigningConfigs({ Marker: first.NextMarker })
  assert.ok([...first.CodeSigningConfigs!, ...second.CodeSigningConfigs!].some(each => each.CodeSigningConfigArn === CodeSigningConfigArn))
  await lambda.deleteCodeSigningConfig({ CodeSigningConfigArn })
  await assert.rejects(get(), { name: 'ResourceNotFoundException', message: /cannot be found/ })
  const SigningProfileVersionArns = ['arn:aws:signer:us-east-1:000000000000:/signing-profiles/x']
  await assert.rejects(lambda.createCodeSigningConfig({ AllowedPublishers: { SigningProfileVersionArns } }), { name: 'InvalidParameterValueException' })
})

test('Enforce refuses code that is not signed, in its three ways to a function; Warn lets it through', async () => {
  const enforcing = await config('Enforce')
  const refusal = { name: 'CodeVerificationFailedException', message: /^Lambda cannot deploy the function\. .* Check the provided signature for / }
  await assert.rejects(create(name, { CodeSigningConfigArn: enforcing }), refusal)
  await assert.rejects(lambda.getFunction({ FunctionName: name }), { name: 'ResourceNotFoundException' })
  await create(name, { CodeSigningConfigArn: await config('Warn') })
  await lambda.updateFunctionCode({ FunctionName: name, ZipFile: zip('again') })
  await lambda.putFunctionCodeSigningConfig({ FunctionName: name, CodeSigningConfigArn: enforcing })
  await assert.rejects(lambda.updateFunctionCode({ FunctionName: name, ZipFile: zip('third') }), refusal)
  const { LayerVersionArn } = await lambda.publishLayerVersion({ LayerName: 'layer', Content: { ZipFile: zip('layer') } })
  await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName: name, Layers: [LayerVersionArn!] }), { ...refusal, message: /layer:layer:1/ })
  await lambda.updateFunctionConfiguration({ FunctionName: name, Description: 'no code' })
  const called = await lambda.invoke({ FunctionName: name })
  assert.equal(called.FunctionError, undefined)
  await lambda.deleteFunctionCodeSigningConfig({ FunctionName: name })
  await lambda.updateFunctionCode({ FunctionName: name, ZipFile: zip('fourth') })
})

test('a configuration knows its functions, and is not deleted while it has some', async () => {
  const CodeSigningConfigArn = await config()
  await create(name, { CodeSigningConfigArn })
  const { FunctionArns } = await lambda.listFunctionsByCodeSigningConfig({ CodeSigningConfigArn })
  assert.deepEqual(FunctionArns, [`arn:aws:lambda:us-east-1:000000000000:function:${name}`])
  assert.equal((await lambda.getFunctionCodeSigningConfig({ FunctionName: name })).CodeSigningConfigArn, CodeSigningConfigArn)
  await assert.rejects(lambda.deleteCodeSigningConfig({ CodeSigningConfigArn }), { name: 'ResourceConflictException' })
  await lambda.deleteFunctionCodeSigningConfig({ FunctionName: name })
  assert.equal((await lambda.getFunctionCodeSigningConfig({ FunctionName: name })).CodeSigningConfigArn, undefined)
  await lambda.deleteCodeSigningConfig({ CodeSigningConfigArn })
  await assert.rejects(lambda.putFunctionCodeSigningConfig({ FunctionName: name, CodeSigningConfigArn }), { name: 'CodeSigningConfigNotFoundException' })
})

test('AWS::Lambda::CodeSigningConfig is made with a stack, changed in place, and gone with it', async () => {
  const { cloudformation } = cloud.aws()
  const template = (Description?: string) => JSON.stringify({ Resources: { C: { Type: 'AWS::Lambda::CodeSigningConfig', Properties: {
    AllowedPublishers: { SigningProfileVersionArns: [publisher] }, CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    ...Description && { Description },
  } } }, Outputs: { Arn: { Value: { Ref: 'C' } }, Id: { Value: { 'Fn::GetAtt': ['C', 'CodeSigningConfigId'] } } } })
  const settled = async () => {
    for (let n = 0; n < 20; n++) {
      await cloud.clock.advance(1000)
      const stack = (await cloudformation.DescribeStacks({ StackName: 'signing' })).Stacks![0]!
      if (!stack.StackStatus!.endsWith('IN_PROGRESS')) return stack
    }
    throw new Error('The stack does not settle.')
  }
  await cloudformation.CreateStack({ StackName: 'signing', TemplateBody: template('made') })
  const { Outputs, StackStatus } = await settled()
  const outputs = Object.fromEntries(Outputs!.map(each => [each.OutputKey, each.OutputValue!]))
  assert.deepEqual([StackStatus, outputs.Arn!.endsWith(outputs.Id!)], ['CREATE_COMPLETE', true])
  const get = async () => (await lambda.getCodeSigningConfig({ CodeSigningConfigArn: outputs.Arn })).CodeSigningConfig!
  assert.deepEqual([(await get()).Description, (await get()).CodeSigningPolicies!.UntrustedArtifactOnDeployment], ['made', 'Enforce'])
  await cloudformation.UpdateStack({ StackName: 'signing', TemplateBody: template() })
  assert.equal((await settled()).StackStatus, 'UPDATE_COMPLETE')
  assert.equal((await get()).Description, '')
  await cloudformation.DeleteStack({ StackName: 'signing' })
  await cloud.clock.advance(5000)
  await assert.rejects(get(), { name: 'ResourceNotFoundException' })
})
