import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let number = 0
let StackName = ''
before(async () => { cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => 'fine' }) }) })
after(() => cloud.stop())
beforeEach(() => { StackName = `stack-${++number}` })

const role = { Type: 'AWS::IAM::Role', Properties: {
  AssumeRolePolicyDocument: {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  },
  ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole'],
} }
const template = (properties: object, more: object = {}) => ({ Resources: {
  Role: role,
  F: { Type: 'AWS::Lambda::Function', Properties: {
    FunctionName: StackName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: 'exports.handler = async () => 1' },
    ...properties,
  } }, ...more,
} })

async function deploy(body: object, operation: 'CreateStack' | 'UpdateStack' = 'CreateStack'): Promise<string> {
  const { cloudformation } = cloud.aws()
  await cloudformation[operation]({ StackName, TemplateBody: JSON.stringify(body), Capabilities: ['CAPABILITY_IAM'] })
  for (let n = 0; n < 50; n++) {
    await cloud.clock.advance(1000)
    const status = (await cloudformation.DescribeStacks({ StackName })).Stacks![0]!.StackStatus!
    if (!status.endsWith('IN_PROGRESS')) return status
  }
  return 'not yet'
}

const reasons = async () =>
  (await cloud.aws().cloudformation.DescribeStackEvents({ StackName })).StackEvents!.map(event => event.ResourceStatusReason ?? '').join('\n')
const place = () => ({ FunctionName: StackName })
const shown = () => cloud.aws().lambda.GetFunctionConfiguration(place())

test('recursion, runtime management, VPC, file systems and code signing are set with a function, changed, and taken back', async () => {
  const { lambda } = cloud.aws()
  const signing = { Signing: { Type: 'AWS::Lambda::CodeSigningConfig', Properties: { AllowedPublishers: {
    SigningProfileVersionArns: ['arn:aws:signer:us-east-1:000000000000:/signing-profiles/ours/abcdefghij'],
  } } } }
  const Arn = 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0'
  const full = {
    RecursiveLoop: 'Allow', RuntimeManagementConfig: { UpdateRuntimeOn: 'FunctionUpdate' }, SnapStart: { ApplyOn: 'None' },
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'], Ipv6AllowedForDualStack: 'true' },
    FileSystemConfigs: [{ Arn, LocalMountPath: '/mnt/data' }],
    CodeSigningConfigArn: { Ref: 'Signing' },
  }
  assert.equal(await deploy(template(full, signing)), 'CREATE_COMPLETE', await reasons())
  const { VpcConfig, FileSystemConfigs } = await shown()
  assert.deepEqual([VpcConfig!.SubnetIds, VpcConfig!.Ipv6AllowedForDualStack, FileSystemConfigs![0]!.Arn], [['subnet-1'], true, Arn])
  assert.equal((await lambda.GetFunctionRecursionConfig(place())).RecursiveLoop, 'Allow')
  assert.equal((await lambda.GetRuntimeManagementConfig(place())).UpdateRuntimeOn, 'FunctionUpdate')
  assert.match((await lambda.GetFunctionCodeSigningConfig(place())).CodeSigningConfigArn!, /code-signing-config:csc-/)
  assert.equal(await deploy(template({}, signing), 'UpdateStack'), 'UPDATE_COMPLETE', await reasons())
  assert.deepEqual([(await shown()).VpcConfig, (await shown()).FileSystemConfigs], [undefined, undefined])
  assert.equal((await lambda.GetFunctionRecursionConfig(place())).RecursiveLoop, 'Terminate')
  assert.equal((await lambda.GetRuntimeManagementConfig(place())).UpdateRuntimeOn, 'Auto')
  assert.equal((await lambda.GetFunctionCodeSigningConfig(place())).CodeSigningConfigArn, undefined)
})

test('TenancyConfig is a function\'s for ever; what a function cannot have is refused by name', async () => {
  const { lambda } = cloud.aws()
  assert.equal(await deploy(template({ TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } })), 'CREATE_COMPLETE', await reasons())
  assert.equal((await shown()).TenancyConfig!.TenantIsolationMode, 'PER_TENANT')
  await assert.rejects(lambda.Invoke(place()), { name: 'InvalidParameterValueException' })
  StackName = `stack-${++number}`
  assert.equal(await deploy(template({ SnapStart: { ApplyOn: 'PublishedVersions' } })), 'ROLLBACK_COMPLETE')
  assert.match(await reasons(), /nodejs22.x is not supported for SnapStart enabled functions/)
})

test('a permission for an organization, and a version with a runtime policy', async () => {
  const more = {
    P: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: 'F' }, Action: 'lambda:InvokeFunction', Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' }
    },
    V: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' }, RuntimePolicy: { UpdateRuntimeOn: 'FunctionUpdate' } } },
  }
  assert.equal(await deploy(template({}, more)), 'CREATE_COMPLETE', await reasons())
  const { lambda } = cloud.aws()
  const [statement] = JSON.parse((await lambda.GetPolicy(place())).Policy!).Statement
  assert.deepEqual(statement.Condition, { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })
  assert.equal((await lambda.GetRuntimeManagementConfig({ ...place(), Qualifier: '1' })).UpdateRuntimeOn, 'FunctionUpdate')
})
