import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { invocations, startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud() })
after(() => gateway.stop())

const latest = () => gateway.events.at(-1)

test('payload 2.0: the path is decoded and has the stage before it; repeated headers and queries are joined by commas', async () => {
  const id = await gateway.api(['GET /a/{b}', 'GET /a/{b}/{c+}'], { stage: { StageName: 'prod' } })
  gateway.reply(() => ({}))
  await gateway.call(id, 'GET', '/prod/a/x%20y?q=1&q=2&e=%C3%A9&plus=a+b&empty', { headers: { 'x-many': ['1', '2'], cookie: 'a=1; b=2' } })
  const event = latest()
  assert.deepEqual(
    [event.rawPath, event.requestContext.http.path, event.requestContext.stage, event.pathParameters], ['/prod/a/x y', '/prod/a/x y', 'prod', { b: 'x y' }]
  )
  assert.deepEqual([event.rawQueryString, event.queryStringParameters], ['q=1&q=2&e=%C3%A9&plus=a+b&empty', { q: '1,2', e: 'é', plus: 'a b', empty: '' }])
  assert.deepEqual([event.headers['x-many'], event.headers.cookie, event.cookies], ['1,2', undefined, ['a=1', 'b=2']])
  assert.deepEqual([event.headers['content-length'], event.headers['x-forwarded-for'], event.headers['x-forwarded-proto']], ['0', '127.0.0.1', 'http'])
  assert.match(event.headers['x-amzn-trace-id'], /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  assert.deepEqual(['body' in event, event.isBase64Encoded, 'stageVariables' in event], [false, false, false])
  await gateway.call(id, 'GET', '/prod/a/x%2Fy')
  assert.deepEqual([latest().routeKey, latest().pathParameters], ['GET /a/{b}/{c+}', { b: 'x', c: 'y' }])
})

test('payload 1.0: values of one name as lists, the stage in the path, null for what is not there', async () => {
  const id = await gateway.api(['GET /a/{b}'], { version: '1.0', stage: { StageName: 'prod', StageVariables: { v: '1' } } })
  gateway.reply(() => ({ statusCode: 200 }))
  await gateway.call(id, 'GET', '/prod/a/7?q=1&q=2', { headers: { 'x-many': ['1', '2'] } })
  const event = latest()
  assert.deepEqual([event.resource, event.path, event.requestContext.path, event.requestContext.resourcePath], ['/a/{b}', '/prod/a/7', '/prod/a/7', '/a/{b}'])
  assert.deepEqual(
    [event.headers['x-many'], event.multiValueHeaders['x-many'], event.queryStringParameters, event.multiValueQueryStringParameters],
    ['2', ['1', '2'], { q: '2' }, { q: ['1', '2'] }]
  )
  assert.deepEqual(
    [event.stageVariables, event.body, event.requestContext.authorizer, event.requestContext.identity.userArn],
    [{ v: '1' }, null, { claims: null, scopes: null }, null]
  )
  assert.equal(event.headers.Host, `${id}.execute-api.localhost:${gateway.cloud.cloud.port}`)
  assert.equal(event.requestContext.requestId, event.requestContext.extendedRequestId)
})

test('a body is text by its type, and base64 otherwise, a form too', async () => {
  const id = await gateway.api(['POST /x'])
  gateway.reply(() => ({}))
  const bodyOf = async (type: string | undefined, body: string | Buffer) => {
    await gateway.call(id, 'POST', '/x', { body, headers: type === undefined ? {} : { 'content-type': type } })
    return [latest().isBase64Encoded, latest().body]
  }
  for (const type of ['text/plain', 'application/json; charset=utf-8', 'application/ld+json', 'application/xml', 'application/javascript', undefined]) {
    assert.deepEqual(await bodyOf(type, 'é'), [false, 'é'], type)
  }
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream', 'image/png']) {
    assert.deepEqual(await bodyOf(type, 'a=b'), [true, 'YT1i'], type)
  }
  assert.deepEqual(await bodyOf(undefined, Buffer.from([0xff, 0xfe])), [true, '//4='])
})

test('answers: base64 bodies are bytes, status and headers as the function says, HEAD without a body', async () => {
  const id = await gateway.api(['ANY /x'])
  gateway.reply(
    () => ({
      statusCode: '202', headers: { 'Content-Type': 'image/png', 'X-Number': 7, 'Content-Length': '1', 'bad header': 'x' }, body: 'aGVsbG8=',
      isBase64Encoded: true
    })
  )
  const { status, headers, body } = await gateway.call(id, 'GET', '/x')
  assert.deepEqual([status, headers['content-type'], headers['x-number'], headers['content-length'], body], [202, 'image/png', '7', '5', 'hello'])
  assert.match(headers['apigw-requestid'], /^[\w-]{15}=$/)
  assert.equal(headers['x-amzn-requestid'], undefined)
  const head = await gateway.call(id, 'HEAD', '/x')
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [202, '5', ''])
  gateway.reply(() => ({ statusCode: 99 }))
  assert.equal((await gateway.call(id, 'GET', '/x')).status, 500)
  gateway.reply(() => ({ statusCode: 204 }))
  assert.deepEqual(await gateway.call(id, 'GET', '/x').then(each => [each.status, each.body]), [204, ''])
})

test('answers: header values beyond Latin-1 are UTF-8, a status that is none of an answer is 500, 204 has no body', async () => {
  const id = await gateway.api(['GET /x'])
  gateway.reply(() => ({ statusCode: 200, headers: { 'x-name': 'line\r\nx-evil: 1', 'x-city': '東京' } }))
  const { headers } = await gateway.call(id, 'GET', '/x')
  assert.deepEqual([headers['x-name'], headers['x-evil'], Buffer.from(headers['x-city'], 'latin1').toString()], ['line  x-evil: 1', undefined, '東京'])
  gateway.reply(() => ({ statusCode: 101 }))
  assert.equal((await gateway.call(id, 'GET', '/x')).status, 500)
  gateway.reply(() => ({ statusCode: 204, body: 'nothing' }))
  const empty = await gateway.call(id, 'GET', '/x')
  assert.deepEqual([empty.status, empty.body, empty.headers['content-length']], [204, '', undefined])
})

test('odd requests get an answer: broken escapes, names of Object’s own, long queries', async () => {
  const id = await gateway.api(['GET /a/{b}', '$default'])
  gateway.reply(event => [event.routeKey, event.rawPath, event.pathParameters ?? null, event.queryStringParameters ?? null])
  const get = async (path: string) => JSON.parse((await gateway.call(id, 'GET', path, { headers: { constructor: 'x' } })).body)
  assert.deepEqual(await get('/a/%E0%A4%A'), ['GET /a/{b}', '/a/%E0%A4%A', { b: '%E0%A4%A' }, null])
  assert.deepEqual(
    await get('/a/__proto__?constructor=1&toString=2'),
    ['GET /a/{b}', '/a/__proto__', { b: '__proto__' } as object, { constructor: '1', toString: '2' } as object]
  )
  assert.deepEqual(Object.keys((await get(`/x?${'a=1&'.repeat(2000)}b=%ff`))[3]), ['a', 'b'])
  assert.deepEqual((await get('//x//')).slice(0, 2), ['$default', '//x//'])
})

test('format 2.0 infers a response from what has no status code', async () => {
  const id = await gateway.api(['GET /x'])
  for (const [answer, body] of [['text', 'text'], [{ a: 1 }, '{"a":1}'], [[1, 2], '[1,2]'], [7, '7'], [null, 'null']] as const) {
    gateway.reply(() => answer)
    const got = await gateway.call(id, 'GET', '/x')
    assert.deepEqual([got.status, got.headers['content-type'], got.body], [200, 'application/json', body])
  }
})

test('a body of more than 10 MB is 413, one of 10 MB passes', async () => {
  const id = await gateway.api(['POST /x'])
  gateway.reply(event => event.body.length)
  const body = 'x'.repeat(10 * 1024 * 1024)
  assert.equal((await gateway.call(id, 'POST', '/x', { body, headers: { 'content-type': 'text/plain' } })).body, String(body.length))
  assert.deepEqual(
    await gateway.call(id, 'POST', '/x', { body: body + 'x' }).then(each => [each.status, each.body]), [413, '{"message":"Request Entity Too Large"}']
  )
})

test('CORS: the API answers a preflight that no route takes; a route of ANY, $default or OPTIONS takes it', async () => {
  const cors = { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], AllowHeaders: ['x-one'], MaxAge: 60, AllowCredentials: true }
  const preflight = (id: string) => gateway.call(id, 'OPTIONS', '/x', { headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } })
  gateway.reply(event => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://evil.example', 'x-route': event.routeKey } }))
  const own = await preflight(await gateway.api(['GET /x'], { cors }))
  assert.deepEqual(
    [own.status, own.headers['access-control-allow-origin'], own.headers['access-control-max-age'], own.headers.vary],
    [204, 'https://a.example', '60', 'Origin']
  )
  for (const route of ['ANY /x', '$default', 'OPTIONS /{proxy+}']) {
    const { status, headers } = await preflight(await gateway.api(['GET /y', route], { cors }))
    assert.deepEqual(
      [status, headers['x-route'], headers['access-control-allow-origin'], headers['access-control-allow-credentials']],
      [200, route, 'https://a.example', 'true']
    )
  }
  const other = await gateway.call(await gateway.api(['GET /x'], { cors }), 'GET', '/x', { headers: { origin: 'https://b.example' } })
  assert.deepEqual([other.status, other.headers['access-control-allow-origin']], [200, undefined])
  const refusedByApi = await gateway.call(await gateway.api(['GET /y'], { cors }), 'GET', '/x', { headers: { origin: 'https://a.example' } })
  assert.deepEqual([refusedByApi.status, refusedByApi.headers['access-control-allow-origin']], [404, 'https://a.example'])
})

test('stage variables name the function and part of an address', async () => {
  const id = await gateway.api(['GET /x'], { integration: { IntegrationUri: invocations('${stageVariables.fn}') }, stage: { StageVariables: { fn: 'green' } } })
  gateway.reply((_, name) => name)
  assert.equal((await gateway.call(id, 'GET', '/x')).body, 'green')
  await gateway.client.updateStage({ ApiId: id, StageName: '$default', StageVariables: { fn: 'blue' } })
  assert.equal((await gateway.call(id, 'GET', '/x')).body, 'blue')
})

test('the path form reaches an API without its host', async () => {
  const id = await gateway.api(['GET /x'], { stage: { StageName: 'prod' } })
  gateway.reply(event => [event.rawPath, event.requestContext.domainName, event.requestContext.domainPrefix])
  const { body } = await gateway.call(id, 'GET', `/_aws/execute-api/${id}/prod/x`, { host: '127.0.0.1' })
  assert.deepEqual(JSON.parse(body), ['/prod/x', `${id}.execute-api.localhost`, id])
})

test('UpdateApi: a disabled endpoint is 404; GetApis comes in pages', async () => {
  const id = await gateway.api(['GET /x'])
  gateway.reply(() => 'in')
  await gateway.client.updateApi({ ApiId: id, DisableExecuteApiEndpoint: true, Description: 'closed' })
  assert.equal((await gateway.call(id, 'GET', '/x')).status, 404)
  const all = (await gateway.client.getApis({})).Items!
  const first = await gateway.client.getApis({ MaxResults: '2' })
  const rest = await gateway.client.getApis({ MaxResults: '500', NextToken: first.NextToken })
  assert.deepEqual([...first.Items!, ...rest.Items!].map(each => each.ApiId), all.map(each => each.ApiId))
  assert.equal(first.Items!.length, 2)
  await assert.rejects(gateway.client.getApis({ NextToken: 'forged' }), { name: 'BadRequestException' })
})

test('quick create: a target makes route, integration and stage, and UpdateApi changes them', async () => {
  const { client } = gateway
  const { ApiId } = await client.createApi({
    Name: 'quick', ProtocolType: 'HTTP', Target: 'arn:aws:lambda:us-east-1:000000000000:function:g', RouteKey: 'GET /q',
  })
  gateway.reply((_, name) => name)
  assert.equal((await gateway.call(ApiId!, 'GET', '/q')).body, 'g')
  await client.updateApi({ ApiId, Target: 'arn:aws:lambda:us-east-1:000000000000:function:h', RouteKey: '$default' })
  assert.equal((await gateway.call(ApiId!, 'PUT', '/anything')).body, 'h')
  const [route] = (await client.getRoutes({ ApiId })).Items!
  assert.deepEqual([route!.ApiGatewayManaged, (await client.getStage({ ApiId, StageName: '$default' })).ApiGatewayManaged], [true, true])
  await assert.rejects(client.updateApi({ ApiId: await gateway.api([]), RouteKey: 'GET /y' }), { name: 'BadRequestException' })
})
