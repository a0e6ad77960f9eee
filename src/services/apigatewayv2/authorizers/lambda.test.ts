import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { invocations, startGatewayCloud, type GatewayCloud, type Reply } from '../testing/gateway.ts'

let gateway: GatewayCloud
let asked = 0
before(async () => { gateway = await startGatewayCloud() })
after(() => gateway.stop())
beforeEach(() => { asked = 0 })

async function secured(authorizer: object = {}, routes = ['GET /x'], version: '1.0' | '2.0' = '2.0'): Promise<string> {
  const { client } = gateway
  const id = await gateway.api([], { version })
  const { AuthorizerId } = await client.createAuthorizer({
    ApiId: id, Name: 'asks', AuthorizerType: 'REQUEST', AuthorizerUri: invocations('auth'), AuthorizerPayloadFormatVersion: '2.0',
    IdentitySource: ['$request.header.Authorization'],
    EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0, ...authorizer,
  })
  const [integration] = (await client.getIntegrations({ ApiId: id })).Items!
  for (const RouteKey of routes) await client.createRoute({
    ApiId: id, RouteKey, Target: `integrations/${integration!.IntegrationId}`, AuthorizationType: 'CUSTOM', AuthorizerId,
  })
  return id
}

/** The authorizer's function answers as told; the route's own hands back what it was told of the caller. */
const answering = (auth: Reply) => gateway.reply((event, name, requestId) => {
  if (name !== 'auth') {
    return event.version === '1.0' ? { statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) } : event.requestContext.authorizer ?? null
  }
  asked++
  return auth(event, name, requestId)
})

const get = (id: string, path = '/x', authorization: string | undefined = 'secret') =>
  gateway.call(id, 'GET', path, authorization === '' ? {} : { headers: { authorization } })
const policy = (Effect: string, Resource: string) => ({
  principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
})

test('REQUEST 2.0: what the function is asked, and its context reaches the integration as it is', async () => {
  const id = await secured({ IdentitySource: ['$request.header.Authorization', '$request.querystring.who', '$context.routeKey'] })
  let event: any
  answering(given => {
    event = given
    return { isAuthorized: true, context: { user: 'ada', level: 7, groups: ['a', 'b'] } }
  })
  const { body } = await get(id, '/x?who=me')
  assert.deepEqual(JSON.parse(body), { lambda: { user: 'ada', level: 7, groups: ['a', 'b'] } })
  assert.deepEqual([event.version, event.type, event.routeArn, event.identitySource], [
    '2.0', 'REQUEST', `arn:aws:execute-api:us-east-1:000000000000:${id}/$default/GET/x`, ['secret', 'me', 'GET /x'],
  ])
  assert.deepEqual([event.routeKey, event.rawPath, event.headers.authorization, event.queryStringParameters], ['GET /x', '/x', 'secret', { who: 'me' }])
  assert.equal('body' in event, false)
})

test('REQUEST: 401 without the identity, and nobody is asked; 403 for a no', async () => {
  const id = await secured()
  answering(() => ({ isAuthorized: false }))
  assert.deepEqual(await get(id, '/x', '').then(({ status, body }) => [status, body]), [401, '{"message":"Unauthorized"}'])
  assert.equal(asked, 0)
  assert.deepEqual(await get(id).then(({ status, body }) => [status, body]), [403, '{"message":"Forbidden"}'])
  assert.equal(asked, 1)
})

test('REQUEST: 500 for a function that fails or answers something else, 401 where it throws Unauthorized', async () => {
  const id = await secured()
  for (const answer of [new Error('broken'), { isAuthorized: 'yes' }, 'true', null, { isAuthorized: true, context: 'text' }, policy('Allow', '*')]) {
    answering(() => answer)
    assert.deepEqual(await get(id).then(({ status, body }) => [status, body]), [500, '{"message":"Internal Server Error"}'], JSON.stringify(answer))
  }
  answering(() => new Error('Unauthorized'))
  assert.equal((await get(id)).status, 401)
})

test('REQUEST 1.0: a policy allows or denies the route, and the principal reaches the integration', async () => {
  const id = await secured({ AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: false }, ['GET /x', 'GET /y'], '1.0')
  let event: any
  answering(given => {
    event = given
    return { ...policy('Allow', given.methodArn.replace('/GET/y', '/GET/x')), context: { team: 'blue' } }
  })
  assert.deepEqual(JSON.parse((await get(id)).body), { team: 'blue', principalId: 'ada' })
  assert.deepEqual([event.type, event.methodArn, event.identitySource, event.authorizationToken, event.resource, event.httpMethod], [
    'REQUEST', `arn:aws:execute-api:us-east-1:000000000000:${id}/$default/GET/x`, 'secret', 'secret', '/x', 'GET',
  ])
  assert.equal((await get(id, '/y')).status, 403)
  answering(() => policy('Deny', '*'))
  assert.equal((await get(id)).status, 403)
  answering(() => ({ principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: 'none' } }))
  assert.equal((await get(id)).status, 500)
})

test('REQUEST: answers are kept for their time by the identity; a kept policy is asked anew for each route', async () => {
  const id = await secured({ AuthorizerResultTtlInSeconds: 60, EnableSimpleResponses: false }, ['GET /x', 'GET /y'])
  answering(event => policy('Allow', event.routeArn))
  assert.equal((await get(id)).status, 200)
  assert.equal((await get(id)).status, 200)
  assert.equal((await get(id, '/y')).status, 403)
  assert.equal(asked, 1)
  await get(id, '/x', 'another')
  assert.equal(asked, 2)
  await gateway.cloud.clock.advance(60_000)
  await get(id)
  assert.equal(asked, 3)
})

test('ResetAuthorizersCache: what was kept counts no more', async () => {
  const id = await secured({ AuthorizerResultTtlInSeconds: 300 })
  answering(() => ({ isAuthorized: true }))
  await get(id)
  await gateway.client.resetAuthorizersCache({ ApiId: id, StageName: '$default' })
  await get(id)
  assert.equal(asked, 2)
})

test('REQUEST: a function that takes more than ten seconds is 500', async () => {
  const id = await secured()
  const called = Promise.withResolvers<void>()
  const slow = Promise.withResolvers<object>()
  answering(() => { called.resolve(); return slow.promise })
  const answer = get(id)
  await called.promise
  await gateway.cloud.clock.advance(10_000)
  assert.equal((await answer).status, 500)
  slow.resolve({})
})

test('CreateAuthorizer: what AWS refuses', async () => {
  const { client } = gateway
  const ApiId = await gateway.api([])
  const lambda = {
    ApiId, Name: 'a', AuthorizerType: 'REQUEST' as const, AuthorizerUri: invocations('auth'), AuthorizerPayloadFormatVersion: '2.0',
    IdentitySource: ['$request.header.a'],
  }
  const jwt = {
    ApiId, Name: 'j', AuthorizerType: 'JWT' as const, IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'http://x', Audience: ['a'] },
  }
  const refused = (input: object, message: RegExp) => assert.rejects(client.createAuthorizer(input as any), { name: 'BadRequestException', message })
  await refused({ ...lambda, AuthorizerPayloadFormatVersion: undefined }, /AuthorizerPayloadFormatVersion is a required parameter/)
  await refused({ ...lambda, AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true }, /EnableSimpleResponses/)
  await refused({ ...lambda, IdentitySource: [], AuthorizerResultTtlInSeconds: 5 }, /Identity source/)
  await refused({ ...lambda, IdentitySource: ['route.request.header.Auth'] }, /selection expression/)
  await refused({ ...lambda, AuthorizerUri: 'arn:aws:lambda:us-east-1:000000000000:function:f' }, /Authorizer URI/)
  await refused({ ...jwt, JwtConfiguration: { Audience: ['a'] } }, /Issuer/)
  await refused({ ...jwt, JwtConfiguration: { Issuer: 'http://x' } }, /audience/)
  const { AuthorizerId, AuthorizerResultTtlInSeconds } = await client.createAuthorizer(lambda)
  assert.equal(AuthorizerResultTtlInSeconds, 300)
  await refused(lambda, /unique/)
  assert.equal((await client.updateAuthorizer({ ApiId, AuthorizerId, AuthorizerResultTtlInSeconds: 5 })).AuthorizerResultTtlInSeconds, 5)
  await client.createRoute({ ApiId, RouteKey: 'GET /a', AuthorizationType: 'CUSTOM', AuthorizerId })
  await assert.rejects(client.deleteAuthorizer({ ApiId, AuthorizerId }), { name: 'ConflictException' })
  await assert.rejects(client.getAuthorizer({ ApiId, AuthorizerId: 'none' }), {
    name: 'NotFoundException', message: 'Invalid Authorizer identifier specified none'
  })
  assert.deepEqual((await client.getAuthorizers({ ApiId })).Items!.map(each => each.Name), ['a'])
})
