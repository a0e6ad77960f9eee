import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, test } from 'node:test'
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { longRunning, service } from '../../platform/service.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { matchRoute } from './serving/match.ts'
import { apigatewayv2 } from './service.ts'

let reply: (event: any) => unknown = event => event
/** Plays every function: answers what the test says. */
const lambda = service<any, any>({
  name: 'lambda', tables: {}, authorization: { Invoke: { resource: 'none' } } as any,
  operations: { Invoke: longRunning(async (_: unknown, input: any) => {
    const answer = reply(JSON.parse(Buffer.from(input.Payload).toString()))
    return answer instanceof Error ? { FunctionError: 'Unhandled', Payload: Buffer.from('{}') } : { Payload: Buffer.from(JSON.stringify(answer)) }
  }) } as any,
})

let cloud: TestCloud
let gateway: ApiGatewayV2
before(async () => {
  cloud = await startCloud({ services: [apigatewayv2, lambda] })
  gateway = new ApiGatewayV2(cloud.client)
})
after(async () => {
  gateway.destroy()
  await cloud.stop()
})

interface Answer { status: number, headers: Record<string, any>, body: string }

function call(id: string, method: string, path: string, options: { headers?: Record<string, string>, body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = cloud.cloud
    const sent = httpRequest({ port, method, path, headers: { host: `${id}.execute-api.localhost:${port}`, ...options.headers } }, response => {
      const pieces: Buffer[] = []
      response.on('data', piece => pieces.push(piece))
        .on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces).toString() }))
    })
    sent.on('error', reject).end(options.body)
  })
}

const uri = 'arn:aws:lambda:us-east-1:000000000000:function:f'

async function api(routes: string[], more: { version?: '1.0' | '2.0', cors?: object } = {}): Promise<string> {
  const { ApiId } = await gateway.createApi({ Name: 'test', ProtocolType: 'HTTP', ...more.cors && { CorsConfiguration: more.cors } })
  const { IntegrationId } = await gateway.createIntegration({
    ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: uri, PayloadFormatVersion: more.version ?? '2.0',
  })
  for (const RouteKey of routes) await gateway.createRoute({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` })
  await gateway.createStage({ ApiId, StageName: '$default', AutoDeploy: true })
  return ApiId!
}

test('a route is chosen by AWS’s priority: exact, with variables, greedy, $default; the method before ANY', () => {
  const keys = ['$default', 'ANY /{proxy+}', 'GET /items/{id}', 'ANY /items/{id}', 'GET /items/new', 'POST /items', 'GET /items/{id}/{rest+}']
  const routes = keys.map((key, at) => ({ apiId: 'a', id: String(at), key, authorizationType: 'NONE' as const }))
  const check = (method: string, path: string, key: string, parameters = {}) => {
    const found = matchRoute(routes, method, path)!
    assert.deepEqual([found.route.key, found.pathParameters], [key, parameters], `${method} ${path}`)
  }
  check('GET', '/items/new', 'GET /items/new')
  check('GET', '/items/7', 'GET /items/{id}', { id: '7' })
  check('PUT', '/items/7', 'ANY /items/{id}', { id: '7' })
  check('GET', '/items/7/a/b', 'GET /items/{id}/{rest+}', { id: '7', rest: 'a/b' })
  check('GET', '/other/thing', 'ANY /{proxy+}', { proxy: 'other/thing' })
  check('GET', '/', '$default')
})

test('payload 2.0: the event as AWS sends it, and a response inferred from a plain object', async () => {
  const id = await api(['GET /items/{id}'])
  let event: any
  reply = given => {
    event = given
    return { hello: 'world' }
  }
  const answer = await call(id, 'GET', '/items/7?a=1&a=2&b=x%20y', { headers: { cookie: 'k=v; l=w', 'x-one': 'two' } })
  assert.deepEqual([answer.status, answer.headers['content-type'], answer.body], [200, 'application/json', '{"hello":"world"}'])
  assert.equal(event.version, '2.0')
  assert.equal(event.routeKey, 'GET /items/{id}')
  assert.equal(event.rawPath, '/items/7')
  assert.equal(event.rawQueryString, 'a=1&a=2&b=x%20y')
  assert.deepEqual(event.queryStringParameters, { a: '1,2', b: 'x y' })
  assert.deepEqual(event.cookies, ['k=v', 'l=w'])
  assert.deepEqual(event.pathParameters, { id: '7' })
  assert.equal(event.headers['x-one'], 'two')
  assert.equal(event.requestContext.http.method, 'GET')
  assert.equal(event.requestContext.stage, '$default')
  assert.equal(event.requestContext.time, '01/Jan/2026:00:00:00 +0000')
  assert.equal(event.isBase64Encoded, false)
})

test('payload 2.0: status, headers, cookies and a base64 body of the function', async () => {
  const id = await api(['POST /x'])
  reply = event => ({
    statusCode: 201, headers: { 'X-Made': 'yes' }, cookies: ['a=1', 'b=2'], body: Buffer.from(`got ${event.body}`).toString('base64'), isBase64Encoded: true,
  })
  const answer = await call(id, 'POST', '/x', { body: 'this', headers: { 'content-type': 'text/plain' } })
  assert.deepEqual([answer.status, answer.headers['x-made'], answer.headers['set-cookie'], answer.body], [201, 'yes', ['a=1', 'b=2'], 'got this'])
})

test('payload 1.0: what has no status code is 500, and the event has multi-value parts', async () => {
  const id = await api(['GET /one'], { version: '1.0' })
  reply = () => ({ hello: 'world' })
  assert.deepEqual(await call(id, 'GET', '/one').then(({ status, body }) => [status, body]), [500, '{"message":"Internal Server Error"}'])
  reply = event => ({ statusCode: 200, body: JSON.stringify([event.version, event.multiValueQueryStringParameters, event.requestContext.resourcePath]) })
  assert.equal((await call(id, 'GET', '/one?a=1&a=2')).body, '["1.0",{"a":["1","2"]},"/one"]')
})

test('an unknown path is 404, an unknown API too, a failing function 500', async () => {
  const id = await api(['GET /x'])
  assert.deepEqual(await call(id, 'GET', '/y').then(({ status, body }) => [status, body]), [404, '{"message":"Not Found"}'])
  assert.equal((await call('nosuchapi0', 'GET', '/x')).status, 404)
  reply = () => new Error('broken')
  assert.equal((await call(id, 'GET', '/x')).status, 500)
})

test('CORS: the API answers the preflight itself and adds its headers to answers', async () => {
  const id = await api(['GET /x'], { cors: { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], AllowHeaders: ['x-one'], MaxAge: 60 } })
  const preflight = await call(id, 'OPTIONS', '/x', { headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } })
  assert.deepEqual(
    [preflight.status, preflight.headers['access-control-allow-origin'], preflight.headers['access-control-allow-methods']], [204, 'https://a.example', 'GET']
  )
  reply = () => ({ ok: true })
  assert.equal((await call(id, 'GET', '/x', { headers: { origin: 'https://a.example' } })).headers['access-control-allow-origin'], 'https://a.example')
  assert.equal((await call(id, 'GET', '/x', { headers: { origin: 'https://b.example' } })).headers['access-control-allow-origin'], undefined)
})

test('ImportApi: routes and integrations of an OpenAPI definition as SAM writes it; what names no scheme is a warning', async () => {
  const integration = {
    type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: '2.0', uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${uri}/invocations`,
  }
  const definition = { openapi: '3.0.1', info: { title: 'imported', version: '1' }, paths: {
    '/items': { get: { 'x-amazon-apigateway-integration': integration } },
    '/$default': { 'x-amazon-apigateway-any-method': { isDefaultRoute: true, 'x-amazon-apigateway-integration': integration } },
  } }
  const { ApiId, Name } = await gateway.importApi({ Body: JSON.stringify(definition) })
  assert.equal(Name, 'imported')
  assert.deepEqual((await gateway.getRoutes({ ApiId })).Items!.map(route => route.RouteKey).sort(), ['$default', 'GET /items'])
  await gateway.createStage({ ApiId, StageName: 'prod', AutoDeploy: true })
  reply = event => event.rawPath
  assert.equal((await call(ApiId!, 'GET', '/prod/items')).body, '/prod/items')
  const secured = { ...definition, paths: { '/items': { get: { security: [{ MyAuth: [] }], 'x-amazon-apigateway-integration': integration } } } }
  const { ApiId: warned, Warnings } = await gateway.importApi({ Body: JSON.stringify(secured) })
  assert.match(Warnings![0]!, /MyAuth/)
  assert.deepEqual((await gateway.getRoutes({ ApiId: warned })).Items, [])
  await assert.rejects(gateway.importApi({ Body: JSON.stringify(secured), FailOnWarnings: true }), { name: 'BadRequestException', message: /MyAuth/ })
})

test('GetApi: an unknown API is NotFoundException; CreateApi refuses WebSocket by name', async () => {
  await assert.rejects(gateway.getApi({ ApiId: 'none' }), { name: 'NotFoundException', message: 'Invalid API identifier specified 000000000000:none' })
  await assert.rejects(gateway.createApi({ Name: 'ws', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }), {
    name: 'BadRequestException', message: /WEBSOCKET/
  })
})

test('DeleteApi: its address answers no more', async () => {
  const id = await api(['GET /x'])
  await gateway.deleteApi({ ApiId: id })
  assert.equal((await call(id, 'GET', '/x')).status, 404)
})
