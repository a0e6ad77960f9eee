import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { strToU8, zipSync } from 'fflate'
import { scriptedSandboxes } from '../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => null }) })
  stacks = drifting(cloud)
  const { s3 } = cloud.aws()
  await s3.CreateBucket({ Bucket: 'layers' })
  await s3.PutObject({ Bucket: 'layers', Key: 'one.zip', Body: zipSync({ 'nodejs/one.js': strToU8('1') }) })
})
after(() => cloud.stop())

const ref = (Ref: string) => ({ Ref })
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] })
const resource = (kind: string, Properties: Record<string, unknown>, more: object = {}) => ({ Type: `AWS::Lambda::${kind}`, Properties, ...more })
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const content = { S3Bucket: 'layers', S3Key: 'one.zip' }
const allowed = (Principal: string, more: object = {}) =>
  resource('Permission', { FunctionName: ref('F'), Action: 'lambda:InvokeFunction', Principal, ...more })
const manual = { UpdateRuntimeOn: 'FunctionUpdate' }

/** Each type with many properties, numbers and truth as text, and with those alone that it must have. */
const whole = {
  Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess'] } },
  Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
  Good: { Type: 'AWS::SQS::Queue', Properties: {} },
  F: resource('Function', {
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: 'exports.handler = () => 1' }
  }),
  G: resource('Function', {
    FunctionName: 'g', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: 'exports.handler = () => 2' }
  }),
  Durable: resource('Function', {
    FunctionName: 'd', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: 'exports.handler = () => 1' },
    DurableConfig: { ExecutionTimeout: '60' }, LoggingConfig: { LogFormat: 'JSON' },
  }),
  Grouped: resource('Function', {
    Runtime: 'nodejs22.x', Handler: 'index.handler', Role: arn('Role'), Code: { ZipFile: 'exports.handler = () => 1' }, LoggingConfig: { LogGroup: '/own' },
    SnapStart: { ApplyOn: 'None' },
  }),
  V: resource('Version', {
    FunctionName: arn('F'), Description: 'one', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: '2' }, RuntimePolicy: manual,
  }),
  PlainV: resource('Version', { FunctionName: ref('G') }),
  Live: resource('Alias', {
    FunctionName: arn('F'), FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] }, Name: 'live', Description: 'd',
    RoutingConfig: { AdditionalVersionWeights: [] },
  }),
  Busy: resource('Alias', {
    FunctionName: ref('G'), FunctionVersion: { 'Fn::GetAtt': ['PlainV', 'Version'] }, Name: 'busy',
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
  }),
  Latest: resource('Alias', { FunctionName: ref('F'), FunctionVersion: '$LATEST', Name: 'latest' }),
  Async: resource('EventInvokeConfig', {
    FunctionName: ref('F'), Qualifier: 'live', MaximumEventAgeInSeconds: '60', MaximumRetryAttempts: '1',
    DestinationConfig: { OnFailure: { Destination: arn('Dead') }, OnSuccess: { Destination: arn('Good') } },
  }, { DependsOn: 'Live' }),
  HalfAsync: resource('EventInvokeConfig', { FunctionName: arn('F'), Qualifier: '$LATEST', DestinationConfig: { OnFailure: { Destination: arn('Dead') } } }),
  PlainAsync: resource('EventInvokeConfig', { FunctionName: ref('G'), Qualifier: '$LATEST', MaximumRetryAttempts: 0, DestinationConfig: {} }),
  Layer: resource('LayerVersion', {
    Content: content, LayerName: 'tools', Description: 'd', LicenseInfo: 'MIT', CompatibleRuntimes: ['python3.13', 'nodejs22.x'],
    CompatibleArchitectures: ['x86_64'],
  }),
  PlainLayer: resource('LayerVersion', { Content: content }),
  Anyone: resource('LayerVersionPermission', { LayerVersionArn: ref('Layer'), Action: 'lambda:GetLayerVersion', Principal: '*' }),
  Someone: resource('LayerVersionPermission', { LayerVersionArn: ref('Layer'), Action: 'lambda:GetLayerVersion', Principal: '111122223333' }),
  Bucket: allowed('s3.amazonaws.com', { SourceArn: 'arn:aws:s3:::b', SourceAccount: '000000000000' }),
  Account: allowed('111122223333'),
  Root: allowed('arn:aws:iam::111122223333:root'),
  Alexa: allowed('alexa-appkit.amazon.com', { EventSourceToken: 'amzn1.skill' }),
  Organization: allowed('*', { PrincipalOrgID: 'o-abcdefghij' }),
  OnAlias: resource('Permission', { FunctionName: ref('Live'), Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com' }),
  Url: resource('Permission', { FunctionName: arn('F'), Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' }),
  ViaUrl: allowed('*', { InvokedViaFunctionUrl: 'true' }),
}

test('AWS::Lambda: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('functions', whole)
  await stacks.inSync('functions', Object.keys(whole))
  const { lambda } = cloud.aws()
  const place = { FunctionName: 'f', Qualifier: '1' }
  await lambda.UpdateFunctionConfiguration({ FunctionName: 'd', LoggingConfig: { SystemLogLevel: 'WARN' }, DurableConfig: { RetentionPeriodInDays: 3 } })
  await lambda.PutProvisionedConcurrencyConfig({ ...place, ProvisionedConcurrentExecutions: 3 })
  await lambda.PutRuntimeManagementConfig({ ...place, UpdateRuntimeOn: 'Auto' })
  await lambda.DeleteProvisionedConcurrencyConfig({ FunctionName: 'g', Qualifier: 'busy' })
  await lambda.UpdateFunctionCode({ FunctionName: 'f', ZipFile: zipSync({ 'index.js': strToU8('exports.handler = () => 3') }) })
  await lambda.PublishVersion({ FunctionName: 'f' })
  await lambda.UpdateAlias({ FunctionName: 'f', Name: 'live', RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } } })
  await lambda.UpdateAlias({ FunctionName: 'f', Name: 'latest', FunctionVersion: '1', Description: 'told only where the template does' })
  await lambda.UpdateFunctionEventInvokeConfig({
    FunctionName: 'f', Qualifier: 'live', MaximumEventAgeInSeconds: 90, DestinationConfig: { OnSuccess: { Destination: '' } as never },
  })
  await lambda.UpdateFunctionEventInvokeConfig({ FunctionName: 'g', Qualifier: '$LATEST', MaximumRetryAttempts: 2 })
  const again = async (StatementId: string, Principal: string, more: object) => {
    await lambda.RemovePermission({ FunctionName: 'f', StatementId })
    await lambda.AddPermission({ FunctionName: 'f', StatementId, Action: 'lambda:InvokeFunction', Principal, ...more })
  }
  await again(ids.Bucket!, 's3.amazonaws.com', { SourceArn: 'arn:aws:s3:::other' })
  await again(ids.Account!, '444455556666', {})
  await again(ids.Alexa!, 'alexa-appkit.amazon.com', { EventSourceToken: 'amzn1.other' })
  await again(ids.ViaUrl!, '*', {})
  assert.deepEqual(await stacks.told('functions'), [
    'Account NOT_EQUAL /Principal', 'Alexa NOT_EQUAL /EventSourceToken', 'Async NOT_EQUAL /MaximumEventAgeInSeconds',
    'Async REMOVE /DestinationConfig/OnSuccess',
    'Bucket NOT_EQUAL /SourceArn', 'Bucket REMOVE /SourceAccount', 'Busy REMOVE /ProvisionedConcurrencyConfig', 
    'Durable ADD /DurableConfig/RetentionPeriodInDays', 'Durable ADD /LoggingConfig/SystemLogLevel',
    'Latest NOT_EQUAL /FunctionVersion',
    'Live ADD /RoutingConfig/AdditionalVersionWeights/0', 'PlainAsync NOT_EQUAL /MaximumRetryAttempts',
    'V NOT_EQUAL /ProvisionedConcurrencyConfig/ProvisionedConcurrentExecutions', 'V NOT_EQUAL /RuntimePolicy/UpdateRuntimeOn',
    'ViaUrl REMOVE /InvokedViaFunctionUrl',
  ])

  await lambda.RemovePermission({ FunctionName: 'f', StatementId: ids.Bucket! })
  await lambda.RemovePermission({ FunctionName: 'f', Qualifier: 'live', StatementId: ids.OnAlias! })
  await lambda.RemoveLayerVersionPermission({ LayerName: 'tools', VersionNumber: 1, StatementId: ids.Anyone!.split('#')[1]! })
  await lambda.DeleteLayerVersion({ LayerName: ids.PlainLayer!.split(':').at(-2)!, VersionNumber: 1 })
  await lambda.DeleteFunctionEventInvokeConfig({ FunctionName: 'f', Qualifier: '$LATEST' })
  await lambda.DeleteAlias({ FunctionName: 'f', Name: 'latest' })
  await lambda.DeleteFunction({ FunctionName: 'g' })
  assert.deepEqual((await stacks.told('functions')).filter(drift => drift.endsWith('DELETED')), [
    'Anyone DELETED', 'Bucket DELETED', 'Busy DELETED', 'G DELETED', 'HalfAsync DELETED', 'Latest DELETED', 'OnAlias DELETED', 'PlainAsync DELETED',
    'PlainLayer DELETED',
    'PlainV DELETED',
  ])
})

test('AWS::Lambda: Cloud Control reads and lists the types, and an import takes one that exists', async () => {
  const { lambda, iam } = cloud.aws()
  const { Role } = await iam.CreateRole({ RoleName: 'plain', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const FunctionName = 'alone'
  const code = { ZipFile: zipSync({ 'index.js': strToU8('exports.handler = () => 1') }) }
  const runs = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn!, Code: code } as const
  await lambda.CreateFunction({ FunctionName, ...runs, Publish: true, Description: 'first' })
  const { AliasArn } = await lambda.CreateAlias({ FunctionName, Name: 'live', FunctionVersion: '1' })
  await lambda.PutFunctionEventInvokeConfig({ FunctionName, Qualifier: 'live', MaximumRetryAttempts: 1 })
  await lambda.AddPermission({
    FunctionName, StatementId: 'sid', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', SourceAccount: '000000000000'
  })
  const { LayerVersionArn } = await lambda.PublishLayerVersion({ LayerName: 'own', Content: content, Description: 'd' })
  await lambda.AddLayerVersionPermission({ LayerName: 'own', VersionNumber: 1, StatementId: 'sid', Action: 'lambda:GetLayerVersion', Principal: '*' })
  const version = AliasArn!.replace(/live$/, '1')
  const things: [kind: string, listed: object, identifier: object, properties: Record<string, unknown>][] = [
    ['Version', { FunctionName }, { FunctionArn: version }, { FunctionName, Description: 'first', RuntimePolicy: { UpdateRuntimeOn: 'Auto' } }],
    ['Alias', { FunctionName }, { AliasArn }, { FunctionName, Name: 'live', FunctionVersion: '1' }],
    ['EventInvokeConfig', { FunctionName }, { FunctionName, Qualifier: 'live' }, { FunctionName, Qualifier: 'live', MaximumRetryAttempts: 1 }],
    ['Permission', { FunctionName }, { FunctionName, Id: 'sid' }, {
      FunctionName, Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', SourceAccount: '000000000000',
    }],
    ['LayerVersion', { LayerName: 'own' }, { LayerVersionArn }, { LayerName: 'own', Description: 'd' }],
    ['LayerVersionPermission', { LayerVersionArn }, { Id: `${LayerVersionArn}#sid` }, { LayerVersionArn, Action: 'lambda:GetLayerVersion', Principal: '*' }],
  ]
  for (const [kind, model, identifier, properties] of things) {
    const type = `AWS::Lambda::${kind}`
    const id = Object.values(identifier).join('|')
    assert.deepEqual(await stacks.list(type, model), [id])
    await assert.rejects(stacks.list(type), { name: 'InvalidRequestException', message: /^Missing or invalid ResourceModel property/ })
    const read = await stacks.get(type, id)
    assert.deepEqual(Object.fromEntries(Object.keys({ ...properties, ...identifier }).map(name => [name, read[name]])), { ...properties, ...identifier }, kind)
    const given = kind === 'LayerVersion' ? { ...properties, Content: content } : properties
    await stacks.importOne(`import-${kind}`, resource(kind, given), identifier as Record<string, string>)
  }
})
