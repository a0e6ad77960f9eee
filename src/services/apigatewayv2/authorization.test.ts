import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { iam } from '../iam/service.ts'
import { startGatewayCloud, type GatewayCloud } from './testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud([iam]) })
after(() => gateway.stop())

async function clientOf(name: string, ...statements: object[]): Promise<ApiGatewayV2> {
  const aws = gateway.cloud.aws().iam
  await aws.CreateUser({ UserName: name })
  await aws.PutUserPolicy({ UserName: name, PolicyName: 'may', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })
  const { AccessKey } = await aws.CreateAccessKey({ UserName: name })
  return new ApiGatewayV2({ ...gateway.cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
}

const denied = { name: 'AccessDeniedException' }

test('actions are HTTP methods on paths: who may GET an API may not change it', async () => {
  const ApiId = await gateway.api(['GET /x'])
  const reader = await clientOf('reader', { Effect: 'Allow', Action: 'apigateway:GET', Resource: `arn:aws:apigateway:us-east-1::/apis/${ApiId}/*` })
  assert.equal((await reader.getRoutes({ ApiId })).Items!.length, 1)
  await assert.rejects(reader.createRoute({ ApiId, RouteKey: 'GET /y' }), denied)
  await assert.rejects(reader.getApi({ ApiId }), denied)
  await assert.rejects(reader.getRoutes({ ApiId: await gateway.api([]) }), denied)
})

test('conditions on tags: of the API, and of the request', async () => {
  const ApiId = await gateway.api(['GET /x'])
  const owner = await clientOf('owner',
    { Effect: 'Allow', Action: 'apigateway:*', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } },
    {
      Effect: 'Allow', Action: 'apigateway:POST', Resource: 'arn:aws:apigateway:us-east-1::/apis',
      Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } }
    })
  await assert.rejects(owner.updateApi({ ApiId, Name: 'mine' }), denied)
  await gateway.client.tagResource({ ResourceArn: `arn:aws:apigateway:us-east-1::/apis/${ApiId}`, Tags: { team: 'blue' } })
  assert.equal((await owner.updateApi({ ApiId, Name: 'mine' })).Name, 'mine')
  await assert.rejects(owner.createApi({ Name: 'x', ProtocolType: 'HTTP', Tags: { team: 'red' } }), denied)
  assert.equal((await owner.createApi({ Name: 'x', ProtocolType: 'HTTP', Tags: { team: 'blue' } })).Name, 'x')
})

test('a role for an integration or an authorizer needs iam:PassRole', async () => {
  const ApiId = await gateway.api([])
  const builder = await clientOf('builder', { Effect: 'Allow', Action: 'apigateway:*', Resource: '*' })
  const integration = {
    ApiId, IntegrationType: 'AWS_PROXY' as const, IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    CredentialsArn: 'arn:aws:iam::000000000000:role/x'
  }
  await assert.rejects(builder.createIntegration(integration), { ...denied, message: /iam:PassRole/ })
  await builder.createIntegration({ ...integration, CredentialsArn: undefined })
})
