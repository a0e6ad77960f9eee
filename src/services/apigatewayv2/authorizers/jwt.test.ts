import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
let issuer: string
let server: Server
let keys: Awaited<ReturnType<typeof generateKeyPair>>
let published: object[]
let fetches = 0

before(async () => {
  keys = await generateKeyPair('RS256')
  published = [{ ...await exportJWK(keys.publicKey), kid: 'one', alg: 'RS256', use: 'sig' }]
  server = createServer((request, response) => {
    fetches++
    if (request.url === '/.well-known/openid-configuration') return void response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
    response.end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  gateway = await startGatewayCloud()
})
after(async () => {
  server.close()
  await gateway.stop()
})

async function token(
  claims: Record<string, unknown> = {}, options: { kid?: string, key?: typeof keys.privateKey, lifeSeconds?: number } = {}
): Promise<string> {
  const now = Math.floor(gateway.cloud.clock.now() / 1000)
  return new SignJWT({ sub: 'ada', aud: 'app', ...claims }).setProtectedHeader({ alg: 'RS256', kid: options.kid ?? 'one' })
    .setIssuer((claims.iss as string | undefined) ?? issuer).setIssuedAt(now).setExpirationTime(now + (options.lifeSeconds ?? 3600))
    .sign(options.key ?? keys.privateKey)
}

async function secured(scopes: string[] = [], version: '1.0' | '2.0' = '2.0'): Promise<string> {
  const id = await gateway.api([], { version })
  const { AuthorizerId } = await gateway.client.createAuthorizer({
    ApiId: id, Name: 'jwt', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer, Audience: ['app', 'other'] },
  })
  const [integration] = (await gateway.client.getIntegrations({ ApiId: id })).Items!
  await gateway.client.createRoute({
    ApiId: id, RouteKey: 'GET /x', Target: `integrations/${integration!.IntegrationId}`, AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes: scopes,
  })
  return id
}

const get = async (id: string, bearer?: string) => gateway.call(id, 'GET', '/x', bearer === undefined ? {} : { headers: { authorization: bearer } })

test('JWT: a token of the issuer for an audience passes, and its claims reach the function as text', async () => {
  const id = await secured()
  gateway.reply(event => event.requestContext.authorizer)
  const bearer = `Bearer ${await token({ 'cognito:groups': ['admin', 'staff'], admin: true, level: 7, none: null, address: { city: 'Turin' } })}`
  const { status, body } = await get(id, bearer)
  const { jwt } = JSON.parse(body)
  assert.equal(status, 200)
  assert.equal(jwt.scopes, null)
  const { iat, exp, ...claims } = jwt.claims
  assert.deepEqual([typeof iat, typeof exp], ['string', 'string'])
  assert.deepEqual(claims, { sub: 'ada', aud: 'app', iss: issuer, 'cognito:groups': '[admin staff]', admin: 'true', level: '7', address: '{"city":"Turin"}' })
})

test('JWT: a token without the word Bearer passes too, and client_id stands for an aud that is not there', async () => {
  const id = await secured()
  gateway.reply(() => 'in')
  assert.equal((await get(id, await token())).status, 200)
  assert.equal((await get(id, await token({ aud: undefined, client_id: 'other' }))).status, 200)
  assert.equal((await get(id, await token({ aud: 'nobody', client_id: 'other' }))).status, 401)
})

test('JWT: 401 with AWS’s challenge for a token that is missing, wrong, expired or of somebody else', async () => {
  const id = await secured()
  const refused = async (bearer: string | undefined) => {
    const { status, body, headers } = await get(id, bearer)
    assert.deepEqual([status, body], [401, '{"message":"Unauthorized"}'])
    return headers['www-authenticate']
  }
  const stranger = await generateKeyPair('RS256')
  const now = Math.floor(gateway.cloud.clock.now() / 1000)
  const hmac = await new SignJWT({ aud: 'app', iss: issuer, exp: now + 60 }).setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(new TextEncoder().encode('s'.repeat(32)))
  assert.equal(await refused(undefined), 'Bearer')
  assert.match(await refused('Bearer nonsense'), /^Bearer scope="" error="invalid_token" error_description="unable to parse the token"$/)
  assert.equal(
    await refused(`Bearer ${await token({ aud: 'nobody' })}`),
    'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'
  )
  assert.match(await refused(`Bearer ${await token({}, { lifeSeconds: -10 })}`), /the token has expired/)
  assert.match(await refused(`Bearer ${await token({ iss: 'http://elsewhere' })}`), /issuer does not match/)
  assert.match(await refused(`Bearer ${await token({}, { key: stranger.privateKey })}`), /signature/)
  assert.match(await refused(`Bearer ${hmac}`), /signing/)
  const nameless = await new SignJWT({ aud: 'app', iss: issuer, exp: now + 60 }).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey)
  assert.match(await refused(`Bearer ${nameless}`), /signing key/)
})

test('JWT: a route with scopes takes a token with one of them, and answers 403 to others', async () => {
  const id = await secured(['read', 'write'])
  gateway.reply(event => event.requestContext.authorizer.jwt.scopes)
  assert.equal((await get(id, `Bearer ${await token({ scope: 'openid write' })}`)).body, '["write"]')
  assert.equal((await get(id, `Bearer ${await token({ scp: ['read', 'write'] })}`)).body, '["read","write"]')
  const { status, body, headers } = await get(id, `Bearer ${await token({ scope: 'openid' })}`)
  assert.deepEqual([status, body], [403, '{"message":"Forbidden"}'])
  assert.match(headers['www-authenticate'], /^Bearer scope="read write" error="insufficient_scope"/)
})

test('JWT: format 1.0 has claims and scopes beside each other', async () => {
  const id = await secured(['read'], '1.0')
  gateway.reply(event => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) }))
  const { claims, scopes } = JSON.parse((await get(id, `Bearer ${await token({ scope: 'read' })}`)).body)
  assert.deepEqual([claims.sub, scopes], ['ada', ['read']])
})

test('JWT: the issuer’s keys are kept, asked for again after two hours, and sooner for a key that is not known', async () => {
  const id = await secured()
  gateway.reply(() => 'in')
  await get(id, await token())
  const before = fetches
  await get(id, await token())
  assert.equal(fetches, before)
  const next = await generateKeyPair('RS256')
  published.push({ ...await exportJWK(next.publicKey), kid: 'two', alg: 'RS256', use: 'sig' })
  await gateway.cloud.clock.advance(61_000)
  assert.equal((await get(id, await token({}, { kid: 'two', key: next.privateKey }))).status, 200)
  assert.equal(fetches, before + 2)
  await gateway.cloud.clock.advance(2 * 60 * 60 * 1000)
  assert.equal((await get(id, await token())).status, 200)
  assert.equal(fetches, before + 4)
})

test('JWT: an issuer that does not answer lets nobody in', async () => {
  const id = await gateway.api([])
  const { AuthorizerId } = await gateway.client.createAuthorizer({
    ApiId: id, Name: 'jwt', AuthorizerType: 'JWT', IdentitySource: ['$request.querystring.token'],
    JwtConfiguration: { Issuer: 'http://127.0.0.1:9', Audience: ['app'] },
  })
  await gateway.client.createRoute({ ApiId: id, RouteKey: 'GET /x', AuthorizationType: 'JWT', AuthorizerId })
  const { status, headers } = await gateway.call(id, 'GET', `/x?token=${await token()}`)
  assert.equal(status, 401)
  assert.match(headers['www-authenticate'], /OIDC discovery endpoint communication error/)
})
