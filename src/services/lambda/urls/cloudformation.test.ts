import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { urlWorld } from '../testing/url-world.ts'

const template = (settings: object, more: object = {}) => JSON.stringify({
  Transform: 'AWS::Serverless-2016-10-31',
  Resources: {
    Hello: { Type: 'AWS::Serverless::Function', Properties: {
      Runtime: 'nodejs22.x', Handler: 'index.handler', InlineCode: 'exports.handler = async () => 1', FunctionUrlConfig: settings, ...more,
    } },
  },
  Outputs: { Url: { Value: { 'Fn::GetAtt': ['HelloUrl', 'FunctionUrl'] } }, Arn: { Value: { 'Fn::GetAtt': ['HelloUrl', 'FunctionArn'] } } },
})

test('SAM: FunctionUrlConfig makes a URL that answers over HTTP; an update keeps its address, a deleted stack takes it away', async () => {
  const { cloud, call, lambda, stop } = await urlWorld(() => 'hello')
  const cloudformation = new CloudFormation(cloud.client)
  try {
    const capabilities = { Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const] }
    const outputs = async () => {
      await cloud.settle()
      const { Stacks } = await cloudformation.describeStacks({ StackName: 's' })
      const made = Object.fromEntries((Stacks![0]!.Outputs ?? []).map(each => [each.OutputKey, each.OutputValue]))
      return { status: Stacks![0]!.StackStatus, url: made.Url!, arn: made.Arn! }
    }
    const cors = { AllowOrigins: ['https://a.example'], MaxAge: 10, AllowCredentials: true }
    await cloudformation.createStack({ StackName: 's', TemplateBody: template({ AuthType: 'NONE', Cors: cors }), ...capabilities })
    const { status, url, arn } = await outputs()
    assert.equal(status, 'CREATE_COMPLETE')
    const { host } = new URL(url)
    const answer = await call(host, { headers: { origin: 'https://a.example' } })
    assert.deepEqual([answer.status, answer.body, answer.headers['access-control-allow-credentials']], [200, '"hello"', 'true'])
    assert.deepEqual((await lambda.getFunctionUrlConfig({ FunctionName: arn })).Cors, cors)
    await cloudformation.updateStack({ StackName: 's', TemplateBody: template({ AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' }), ...capabilities })
    assert.deepEqual(await outputs(), { status: 'UPDATE_COMPLETE', url, arn })
    const { Cors, AuthType, InvokeMode } = await lambda.getFunctionUrlConfig({ FunctionName: arn })
    assert.deepEqual([Cors, AuthType, InvokeMode], [undefined, 'AWS_IAM', 'RESPONSE_STREAM'])
    assert.equal((await call(host)).status, 403)
    // `sam list endpoints` asks Cloud Control, by the function's name.
    for (const Identifier of [arn, arn.split(':').at(-1)!]) {
      const { ResourceDescription } = await cloud.aws().cloudcontrol.GetResource({ TypeName: 'AWS::Lambda::Url', Identifier })
      const { FunctionUrl, InvokeMode: mode } = JSON.parse(ResourceDescription!.Properties!)
      assert.deepEqual([FunctionUrl, mode], [url, 'RESPONSE_STREAM'])
    }
    await assert.rejects(cloud.aws().cloudcontrol.GetResource({ TypeName: 'AWS::Lambda::Url', Identifier: 'none' }), { name: 'ResourceNotFoundException' })
    await cloudformation.deleteStack({ StackName: 's' })
    await cloud.settle()
    assert.equal((await call(host)).status, 404)
  } finally {
    cloudformation.destroy()
    await stop()
  }
})

test('SAM: with AutoPublishAlias the URL is the alias\'s', async () => {
  const { cloud, call, stop } = await urlWorld((_, { spec }) => spec.environment.AWS_LAMBDA_FUNCTION_VERSION)
  const cloudformation = new CloudFormation(cloud.client)
  try {
    await cloudformation.createStack({
      StackName: 's', TemplateBody: template({ AuthType: 'NONE' }, { AutoPublishAlias: 'live' }), Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    })
    await cloud.settle()
    const { Stacks } = await cloudformation.describeStacks({ StackName: 's' })
    assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
    const url = Stacks![0]!.Outputs!.find(each => each.OutputKey === 'Url')!.OutputValue!
    assert.equal((await call(new URL(url).host)).body, '"1"')
  } finally {
    cloudformation.destroy()
    await stop()
  }
})
