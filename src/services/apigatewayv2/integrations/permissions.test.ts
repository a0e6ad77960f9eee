import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { zipSync } from 'fflate'
import type { Aws } from '../../../contracts/aws.ts'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { apigatewayv2 } from '../service.ts'
import { iam } from '../../iam/service.ts'
import { lambda } from '../../lambda/service.ts'
import { logs } from '../../logs/service.ts'
import { sts } from '../../sts/service.ts'

let cloud: TestCloud
let aws: Aws
before(async () => {
  cloud = await startCloud({
    services: [apigatewayv2, iam, lambda, logs, sts],
    sandboxes: scriptedSandboxes({ script: ({ event }) => event.type === 'REQUEST' ? { isAuthorized: true } : event.rawPath }),
  })
  aws = cloud.aws()
  for (const [RoleName, Service] of [['runs', 'lambda.amazonaws.com'], ['calls', 'apigateway.amazonaws.com']]) {
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] }
    await aws.iam.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) })
  }
  const ZipFile = zipSync({ 'index.js': Buffer.from('exports.handler = async () => 1') })
  for (const FunctionName of ['serves', 'asks']) {
    await aws.lambda.CreateFunction({
      FunctionName, Role: 'arn:aws:iam::000000000000:role/runs', Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile },
    })
  }
})
after(() => cloud.stop())

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const uriOf = (name: string) => `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arnOf(name)}/invocations`

async function api(key: string, integration: object = {}): Promise<string> {
  const { ApiId } = await aws.apigatewayv2.CreateApi({ Name: 'x', ProtocolType: 'HTTP' })
  const { IntegrationId } = await aws.apigatewayv2.CreateIntegration({
    ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: uriOf('serves'), PayloadFormatVersion: '2.0', ...integration,
  })
  await aws.apigatewayv2.CreateRoute({ ApiId, RouteKey: key, Target: `integrations/${IntegrationId}` })
  await aws.apigatewayv2.CreateStage({ ApiId, StageName: '$default', AutoDeploy: true })
  return ApiId!
}

const get = (id: string, path: string) => new Promise<[number, string]>((resolve, reject) => {
  request({ port: cloud.cloud.port, path, headers: { host: `${id}.execute-api.localhost` }, timeout: 10_000 }, async response => {
    let body = ''
    for await (const piece of response) body += piece
    resolve([response.statusCode!, body])
  }).on('error', reject).end()
})

const refused = [500, '{"message":"Internal Server Error"}']
let statements = 0
const permit = (FunctionName: string, SourceArn: string) =>
  aws.lambda.AddPermission({ FunctionName, StatementId: `s${++statements}`, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com', SourceArn })

test('a function that does not permit API Gateway is 500; one that permits the route answers', async () => {
  const id = await api('GET /items/{id}')
  assert.deepEqual(await get(id, '/items/7'), refused)
  await permit('serves', `arn:aws:execute-api:us-east-1:000000000000:${id}/*/GET/other`)
  assert.deepEqual(await get(id, '/items/7'), refused)
  await permit('serves', `arn:aws:execute-api:us-east-1:000000000000:${id}/*/GET/items/{id}`)
  assert.deepEqual(await get(id, '/items/7'), [200, '/items/7'])
})

test('$default has no method in its ARN: a permission for all methods and paths does not reach it', async () => {
  const id = await api('$default')
  await permit('serves', `arn:aws:execute-api:us-east-1:000000000000:${id}/*/*/*`)
  assert.deepEqual(await get(id, '/x'), refused)
  await permit('serves', `arn:aws:execute-api:us-east-1:000000000000:${id}/*/$default`)
  assert.deepEqual(await get(id, '/x'), [200, '/x'])
})

test('an integration with a role calls the function as the role, which has to be allowed', async () => {
  const id = await api('ANY /{proxy+}', { CredentialsArn: 'arn:aws:iam::000000000000:role/calls' })
  assert.deepEqual(await get(id, '/x'), refused)
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arnOf('serves') }] }
  await aws.iam.PutRolePolicy({ RoleName: 'calls', PolicyName: 'invoke', PolicyDocument: JSON.stringify(policy) })
  assert.deepEqual(await get(id, '/x'), [200, '/x'])
})

test('a Lambda authorizer’s function permits by the ARN of the authorizer', async () => {
  const id = await api('GET /open')
  const { AuthorizerId } = await aws.apigatewayv2.CreateAuthorizer({
    ApiId: id, Name: 'asks', AuthorizerType: 'REQUEST', AuthorizerUri: uriOf('asks'), AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true,
    IdentitySource: [],
  })
  const { Items } = await aws.apigatewayv2.GetRoutes({ ApiId: id })
  await aws.apigatewayv2.UpdateRoute({ ApiId: id, RouteId: Items![0]!.RouteId, AuthorizationType: 'CUSTOM', AuthorizerId })
  await permit('serves', `arn:aws:execute-api:us-east-1:000000000000:${id}/*`)
  assert.deepEqual(await get(id, '/open'), refused)
  await permit('asks', `arn:aws:execute-api:us-east-1:000000000000:${id}/authorizers/${AuthorizerId}`)
  assert.deepEqual(await get(id, '/open'), [200, '/open'])
})
