import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { apigatewayv2 } from './service.ts'

// What an HTTP API does not take is refused, by name, and not kept.
let cloud: TestCloud
let gateway: ApiGatewayV2
let ApiId: string
before(async () => {
  cloud = await startCloud({ services: [apigatewayv2] })
  gateway = new ApiGatewayV2(cloud.client)
  ApiId = (await gateway.createApi({ Name: 'plain', ProtocolType: 'HTTP' })).ApiId!
})
after(async () => {
  gateway.destroy()
  await cloud.stop()
})

const bad = { name: 'BadRequestException' }
const http = { IntegrationType: 'HTTP_PROXY' as const, IntegrationMethod: 'GET', IntegrationUri: 'https://example.com', PayloadFormatVersion: '1.0' }

test('CreateIntegration: what only WebSocket APIs have is refused', async () => {
  const integration = { ...http, ApiId }
  for (const more of [
    { TemplateSelectionExpression: '$default' }, { PassthroughBehavior: 'NEVER' as const }, { RequestTemplates: { 'application/json': '{}' } },
  ]) {
    await assert.rejects(gateway.createIntegration({ ...integration, ...more }), bad, JSON.stringify(more))
  }
  assert.deepEqual((await gateway.getIntegrations({ ApiId })).Items, [])
  await gateway.createIntegration(integration)
})

test('CreateStage: a limit of throttling below nothing is refused, one of nothing is not', async () => {
  for (const DefaultRouteSettings of [
    { ThrottlingRateLimit: -1, ThrottlingBurstLimit: 1 }, { ThrottlingBurstLimit: -1, ThrottlingRateLimit: 1 }, { ThrottlingRateLimit: -0.5 },
  ]) {
    await assert.rejects(gateway.createStage({ ApiId, StageName: 'limited', DefaultRouteSettings }), bad)
  }
  await gateway.createStage({ ApiId, StageName: 'limited', DefaultRouteSettings: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } })
})

test('CreateRoute: an authorizer serves only routes of its own type', async () => {
  const { AuthorizerId } = await gateway.createAuthorizer({
    ApiId, Name: 'jwt', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://example.com', Audience: ['a'] },
  })
  await assert.rejects(gateway.createRoute({ ApiId, RouteKey: 'GET /custom', AuthorizationType: 'CUSTOM', AuthorizerId }), bad)
  assert.equal((await gateway.createRoute({ ApiId, RouteKey: 'GET /jwt', AuthorizationType: 'JWT', AuthorizerId })).AuthorizerId, AuthorizerId)
})

test('CreateAuthorizer: what only REQUEST authorizers have is refused for JWT', async () => {
  const jwt = {
    ApiId, AuthorizerType: 'JWT' as const, IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://example.com', Audience: ['a'] }
  }
  const uri = 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations'
  for (const more of [{ AuthorizerUri: uri }, { AuthorizerPayloadFormatVersion: '2.0' }, { EnableSimpleResponses: true }]) {
    await assert.rejects(gateway.createAuthorizer({ ...jwt, Name: 'mixed', ...more }), bad, JSON.stringify(more))
  }
})

test('UpdateApi: the key of a quick-created route is changed where there is such a route, and nothing else', async () => {
  await gateway.updateApi({ ApiId, Name: 'renamed' })
  assert.equal((await gateway.getApi({ ApiId })).Name, 'renamed')
  const quick = await gateway.createApi({ Name: 'quick', ProtocolType: 'HTTP', Target: 'https://example.com', RouteKey: 'GET /a' })
  await gateway.updateApi({ ApiId: quick.ApiId!, RouteKey: 'GET /b' })
  assert.deepEqual((await gateway.getRoutes({ ApiId: quick.ApiId! })).Items!.map(route => route.RouteKey), ['GET /b'])
})
