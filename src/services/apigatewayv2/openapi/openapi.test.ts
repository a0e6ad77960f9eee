import type { Authorizer } from '@aws-sdk/client-apigatewayv2'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stringify } from 'yaml'
import { functionUri, invocations, startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud() })
after(() => gateway.stop())

const integration = { type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: '2.0', uri: invocations('f') }
const operation = (more: object = {}) => ({ 'x-amazon-apigateway-integration': integration, responses: {}, ...more })

const definition = {
  openapi: '3.0.1', info: { title: 'Shop', version: '2.1', description: 'Sells things' },
  tags: [{ name: 'team', 'x-amazon-apigateway-tag-value': 'blue' }, { name: 'plain' }],
  servers: [{ url: 'https://example.com/{basePath}', variables: { basePath: { default: 'v1/shop' } } }],
  'x-amazon-apigateway-importexport-version': '1.0',
  'x-amazon-apigateway-cors': { allowOrigins: ['https://a.example'], allowMethods: ['GET'], allowCredentials: 'true', maxAge: '60' },
  components: {
    securitySchemes: {
      Tokens: { type: 'oauth2', 'x-amazon-apigateway-authorizer': {
        type: 'jwt', identitySource: '$request.header.Authorization', jwtConfiguration: { issuer: 'https://i.example', audience: ['a'] },
      } },
      Discovered: {
        type: 'openIdConnect', openIdConnectUrl: 'https://o.example/.well-known/openid-configuration',
        'x-amazon-apigateway-authorizer': { type: 'jwt', identitySource: ['$request.header.Authorization'], jwtConfiguration: { audience: 'b' } },
      },
      Asks: { type: 'apiKey', name: 'Unused', in: 'header', 'x-amazon-apigateway-authorizer': {
        type: 'request', authorizerPayloadFormatVersion: 1.0, authorizerUri: invocations('auth'), identitySource: '$request.header.a, $request.querystring.b',
        authorizerResultTtlInSeconds: '30',
      } },
      AWS_IAM: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
    'x-amazon-apigateway-integrations': { shared: integration },
  },
  security: [{ Tokens: ['everyone'] }],
  paths: {
    '/items': { get: operation({ operationId: 'list' }), post: operation({ security: [{ Tokens: ['write'] }] }), parameters: [{ name: 'x' }] },
    '/items/{id}': { get: operation({ security: [{ Asks: [] }] }), delete: operation({ security: [{ AWS_IAM: [] }] }) },
    '/open/{proxy+}': {
      'x-amazon-apigateway-any-method': { security: [], 'x-amazon-apigateway-integration': { $ref: '#/components/x-amazon-apigateway-integrations/shared' } },
    },
    $default: { 'x-amazon-apigateway-any-method': operation({ isDefaultRoute: true, security: [{ Discovered: [] }] }) },
  },
}

async function shapeOf(ApiId: string) {
  const { client } = gateway
  const authorizers = (await client.getAuthorizers({ ApiId })).Items!
  const nameOf = new Map(authorizers.map(each => [each.AuthorizerId, each.Name]))
  const routes = (await client.getRoutes({ ApiId })).Items!.map(route =>
    [route.RouteKey, route.AuthorizationType, nameOf.get(route.AuthorizerId), route.AuthorizationScopes, route.OperationName])
  return {
    routes: routes.sort((a, b) => String(a[0]) < String(b[0]) ? -1 : 1),
    authorizers: authorizers.map(({ AuthorizerId: _, ...rest }) => rest).sort((a, b) => a.Name! < b.Name! ? -1 : 1),
    integrations: (await client.getIntegrations({ ApiId })).Items!.length,
  }
}

test('ImportApi: routes, authorizers, scopes, CORS and tags of a definition as SAM writes it', async () => {
  const { ApiId, Name, Version, Description, Tags, CorsConfiguration, Warnings } = await gateway.client.importApi({ Body: JSON.stringify(definition) })
  assert.deepEqual([Name, Version, Description, Tags, Warnings], ['Shop', '2.1', 'Sells things', { team: 'blue' }, undefined])
  assert.deepEqual(CorsConfiguration, { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], AllowCredentials: true, MaxAge: 60 })
  const { routes, authorizers, integrations } = await shapeOf(ApiId!)
  assert.deepEqual(routes, [
    ['$default', 'JWT', 'Discovered', undefined, undefined], ['ANY /open/{proxy+}', 'NONE', undefined, undefined, undefined],
    ['DELETE /items/{id}', 'AWS_IAM', undefined, undefined, undefined], ['GET /items', 'JWT', 'Tokens', ['everyone'], 'list'],
    ['GET /items/{id}', 'CUSTOM', 'Asks', undefined, undefined], ['POST /items', 'JWT', 'Tokens', ['write'], undefined],
  ])
  const shown = ({ Name, JwtConfiguration, AuthorizerPayloadFormatVersion, IdentitySource, AuthorizerResultTtlInSeconds }: Authorizer) =>
    [Name, JwtConfiguration, AuthorizerPayloadFormatVersion, IdentitySource, AuthorizerResultTtlInSeconds]
  assert.deepEqual(authorizers.map(shown), [
    ['Asks', undefined, '1.0', ['$request.header.a', '$request.querystring.b'], 30],
    ['Discovered', { Issuer: 'https://o.example', Audience: ['b'] }, undefined, ['$request.header.Authorization'], undefined],
    ['Tokens', { Issuer: 'https://i.example', Audience: ['a'] }, undefined, ['$request.header.Authorization'], undefined],
  ])
  assert.equal(integrations, 6)
})

test('ExportApi: a definition that makes the same API again, in JSON and in YAML, of a stage as it was deployed', async () => {
  const { client } = gateway
  const { ApiId } = await client.importApi({ Body: JSON.stringify(definition) })
  const before = await shapeOf(ApiId!)
  for (const OutputType of ['JSON', 'YAML']) {
    const { body } = await client.exportApi({ ApiId, Specification: 'OAS30', OutputType })
    const again = await client.importApi({ Body: Buffer.from(body!).toString(), FailOnWarnings: true })
    assert.deepEqual(await shapeOf(again.ApiId!), before)
    assert.deepEqual([again.Name, again.Tags, again.CorsConfiguration?.MaxAge], ['Shop', { team: 'blue' }, 60])
  }
  await client.createStage({ ApiId, StageName: 'old', DeploymentId: (await client.createDeployment({ ApiId })).DeploymentId })
  await client.createRoute({ ApiId, RouteKey: 'GET /new' })
  const pathsOf = async (more: object) =>
    Object.keys(JSON.parse(Buffer.from((await client.exportApi({ ApiId, Specification: 'OAS30', OutputType: 'JSON', ...more })).body!).toString()).paths)
  assert.equal((await pathsOf({})).includes('/new'), true)
  assert.equal((await pathsOf({ StageName: 'old' })).includes('/new'), false)
  const plain = Buffer.from((await client.exportApi({ ApiId, Specification: 'OAS30', OutputType: 'JSON', IncludeExtensions: false })).body!).toString()
  assert.equal(plain.includes('x-amazon-apigateway'), false)
  await assert.rejects(client.exportApi({ ApiId, Specification: 'OAS20', OutputType: 'JSON' }), { name: 'BadRequestException' })
})

test('ReimportApi: the definition takes the place of what there was, and is deployed', async () => {
  const { client } = gateway
  const { ApiId } = await client.importApi({ Body: JSON.stringify(definition) })
  await client.createStage({ ApiId, StageName: '$default', AutoDeploy: true })
  gateway.reply(event => event.routeKey)
  await client.reimportApi({ ApiId, Body: stringify({ openapi: '3.0.1', info: { title: 'Shop' }, paths: { '/new': { get: operation() } } }) })
  assert.equal((await gateway.call(ApiId!, 'GET', '/new')).body, 'GET /new')
  assert.equal((await gateway.call(ApiId!, 'GET', '/items')).status, 404)
  assert.deepEqual([(await client.getAuthorizers({ ApiId })).Items, (await client.getApi({ ApiId })).CorsConfiguration], [[], undefined])
})

test('ImportApi: the base path of the servers is ignored, prepended or split', async () => {
  const keys = async (Basepath: string) => {
    const { ApiId } = await gateway.client.importApi({
      Body: JSON.stringify({ ...definition, security: undefined, components: {}, paths: { '/items': { get: operation() } } }), Basepath,
    })
    return (await gateway.client.getRoutes({ ApiId })).Items!.map(route => route.RouteKey)
  }
  assert.deepEqual([await keys('ignore'), await keys('prepend'), await keys('split')], [['GET /items'], ['GET /v1/shop/items'], ['GET /shop/items']])
})

test('ImportApi: AWS’s variables are filled in; what is no definition is refused', async () => {
  const uri = functionUri.replace('us-east-1', '${AWS::Region}').replace('000000000000', '${AWS::AccountId}')
  const { ApiId } = await gateway.client.importApi({
    Body: JSON.stringify({ ...definition, paths: { '/x': { get: { 'x-amazon-apigateway-integration': { ...integration, uri } } } } }),
  })
  assert.equal((await gateway.client.getIntegrations({ ApiId })).Items![0]!.IntegrationUri, functionUri)
  for (const Body of ['{', '[]', 'a: b: c', '{"swagger":"2.0"}', '{"openapi":"3.0.1"}', 'text']) {
    await assert.rejects(gateway.client.importApi({ Body }), { name: 'BadRequestException' }, Body)
  }
})

test('ImportApi: what is wrong with an operation is a warning and leaves it out; what Fogbank lacks fails', async () => {
  const signed = { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' }
  const wrong = { openapi: '3.0.1', info: { title: 'x' }, components: { securitySchemes: { A: signed, B: signed } }, paths: {
    '/mock': { get: { 'x-amazon-apigateway-integration': { type: 'mock' } } }, '/two': { get: operation({ security: [{ A: [] }, { B: [] }] }) },
    '/fine': { get: operation() },
  } }
  const { ApiId, Warnings } = await gateway.client.importApi({ Body: JSON.stringify(wrong) })
  assert.equal(Warnings!.length, 2)
  assert.deepEqual((await gateway.client.getRoutes({ ApiId })).Items!.map(route => route.RouteKey), ['GET /fine'])
  await assert.rejects(gateway.client.importApi({ Body: JSON.stringify(wrong), FailOnWarnings: true }), {
    name: 'BadRequestException', message: /Warnings found during import/
  })
  const link = {
    ...wrong,
    paths: {
      '/x': {
        get: { 'x-amazon-apigateway-integration': { type: 'http_proxy', uri: 'http://x', httpMethod: 'GET', connectionType: 'VPC_LINK', connectionId: 'a' } },
      },
    },
  }
  await assert.rejects(gateway.client.importApi({ Body: JSON.stringify(link) }), { message: /VPC links/ })
})
