import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { logs } from '../../logs/service.ts'
import { startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
before(async () => {
  gateway = await startGatewayCloud([logs])
  gateway.reply(() => 'in')
})
after(() => gateway.stop())

const statuses = async (id: string, path: string, count: number) =>
  (await Promise.all(Array.from({ length: count }, () => gateway.call(id, 'GET', path)))).map(({ status }) => status).sort()

test('throttling: a route’s bucket, or else the stage’s for each route, refuses what exceeds it, and fills by the clock', async () => {
  const { client } = gateway
  const id = await gateway.api(['GET /slow', 'GET /fast', 'GET /other'])
  await client.updateStage({
    ApiId: id, StageName: '$default', DefaultRouteSettings: { ThrottlingBurstLimit: 3, ThrottlingRateLimit: 1 },
    RouteSettings: { 'GET /slow': { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.5 } },
  })
  assert.deepEqual(await statuses(id, '/slow', 2), [200, 429])
  assert.deepEqual(await statuses(id, '/fast', 4), [200, 200, 200, 429])
  assert.deepEqual(await statuses(id, '/other', 1), [200])
  await gateway.cloud.clock.advance(1000)
  assert.deepEqual(await statuses(id, '/slow', 1), [429])
  assert.deepEqual(await statuses(id, '/fast', 2), [200, 429])
  await gateway.cloud.clock.advance(1000)
  const [first, second] = [await gateway.call(id, 'GET', '/slow'), await gateway.call(id, 'GET', '/slow')]
  assert.deepEqual([first.status, second.status, second.body], [200, 429, '{"message":"Too Many Requests"}'])
  await client.deleteRouteSettings({ ApiId: id, StageName: '$default', RouteKey: 'GET /slow' })
  assert.deepEqual((await client.getStage({ ApiId: id, StageName: '$default' })).RouteSettings, {})
  await assert.rejects(client.deleteRouteSettings({ ApiId: id, StageName: '$default', RouteKey: 'GET /slow' }), { name: 'NotFoundException' })
})

test('stage settings: what AWS refuses', async () => {
  const { client } = gateway
  const ApiId = await gateway.api(['GET /x'])
  const DestinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:access'
  const refused = (settings: object, message: RegExp) =>
    assert.rejects(client.updateStage({ ApiId, StageName: '$default', ...settings }), { name: 'BadRequestException', message })
  await refused({ RouteSettings: { 'GET /y': { ThrottlingBurstLimit: 1 } } }, /Unable to find Route by key GET \/y/)
  await refused({ DefaultRouteSettings: { LoggingLevel: 'INFO' } }, /Execution logs are not supported on protocolType HTTP/)
  await refused({ AccessLogSettings: { DestinationArn, Format: '$context.path' } }, /requestId/)
  await refused({ AccessLogSettings: { DestinationArn, Format: '$context.requestId\n$context.path' } }, /single line/)
  await refused({ AccessLogSettings: { DestinationArn: 'arn:aws:s3:::bucket', Format: '$context.requestId' } }, /Invalid ARN/)
  await refused({ StageVariables: { 'a b': 'x' } }, /variable names/)
  await refused({ StageVariables: { a: 'x y' } }, /variable values/)
  await refused({ ClientCertificateId: 'abc' }, /ClientCertificateId is not supported/)
  await assert.rejects(client.createStage({ ApiId, StageName: 'a b' }), { name: 'BadRequestException' })
  await assert.rejects(client.createStage({ ApiId, StageName: '$default' }), { name: 'ConflictException', message: 'Stage already exists' })
})

test('access logs: a line of the stage’s format for each request, in its log group', async () => {
  const { client, cloud } = gateway
  const id = await gateway.api(['GET /items/{id}'])
  const Format = '{"id":"$context.requestId","ip":"$context.identity.sourceIp","route":"$context.routeKey","path":"$context.path","status":"$context.status",'
    + '"length":"$context.responseLength","agent":"$context.identity.userAgent","error":"$context.error.message",'
    + '"who":"$context.authorizer.claims.cognito:username","t":"$context.requestTime"}'
  await client.updateStage({
    ApiId: id, StageName: '$default', AccessLogSettings: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/access:*', Format },
  })
  const answer = await gateway.call(id, 'GET', '/items/7', { headers: { 'user-agent': 'a "quoted" agent' } })
  await gateway.call(id, 'GET', '/nothing')
  await cloud.settle()
  const { events } = await cloud.aws().logs.FilterLogEvents({ logGroupName: '/aws/access' })
  const lines = events!.map(event => JSON.parse(event.message!))
  assert.deepEqual(lines.map(({ t, ...line }) => [typeof t, line]), [
    [
      'string',
      {
        id: answer.headers['apigw-requestid'], ip: '127.0.0.1', route: 'GET /items/{id}', path: '/items/7', status: '200', length: '2',
        agent: 'a "quoted" agent', error: '-', who: '-',
      },
    ],
    ['string', { id: lines[1].id, ip: '127.0.0.1', route: '-', path: '/nothing', status: '404', length: '23', agent: '-', error: 'Not Found', who: '-' }],
  ])
  await client.deleteAccessLogSettings({ ApiId: id, StageName: '$default' })
  await gateway.call(id, 'GET', '/items/7')
  await cloud.settle()
  assert.equal((await cloud.aws().logs.FilterLogEvents({ logGroupName: '/aws/access' })).events!.length, 2)
})

test('access logs: a line leads to the log lines of its function, by the request id of the invocation', async () => {
  const { client, cloud } = gateway
  const id = await gateway.api(['GET /x'])
  const Format = '$context.requestId $context.integration.requestId $context.awsEndpointRequestId'
  const DestinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/requests'
  await client.updateStage({ ApiId: id, StageName: '$default', AccessLogSettings: { DestinationArn, Format } })
  gateway.reply((_event, _name, requestId) => requestId)
  const { headers, body } = await gateway.call(id, 'GET', '/x')
  await cloud.settle()
  const { events } = await cloud.aws().logs.FilterLogEvents({ logGroupName: '/aws/requests' })
  assert.deepEqual(events!.map(event => event.message), [`${headers['apigw-requestid']} ${body} ${body}`])
  gateway.reply(event => event)
})

test('a call is one record of usage, or one for each 512 KB, and one segment of the trace', async () => {
  const id = await gateway.api(['POST /x'])
  const used = () => gateway.cloud.usage().filter(each => each.resource === id).map(each => [each.service, each.usageType, each.quantity])
  await gateway.call(id, 'POST', '/x', { body: 'small' })
  assert.deepEqual(used(), [['AmazonApiGateway', 'ApiGatewayHttpRequest', 1]])
  await gateway.call(id, 'POST', '/x', {
    body: 'x'.repeat(512 * 1024 + 1), headers: { 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8' }
  })
  assert.deepEqual(used(), [['AmazonApiGateway', 'ApiGatewayHttpRequest', 3]])
  const segment = gateway.cloud.segments().findLast(each => each.origin === 'AWS::ApiGatewayV2::Api')!
  assert.deepEqual(
    [segment.traceId, segment.parentId, segment.operation, segment.name],
    ['1-67891233-abcdef012345678912345678', '53995c3f42cd8ad8', 'POST /x', 'test/$default']
  )
  const inner = gateway.cloud.segments().findLast(each => each.operation === 'Invoke')!
  assert.deepEqual([inner.traceId, inner.parentId], [segment.traceId, segment.id])
})

test('a request that is turned away by a limit or an authorizer is not on the bill', async () => {
  const id = await gateway.api(['GET /x'], { stage: { DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } } })
  const signed = await gateway.api(['GET /x'], { route: { AuthorizationType: 'AWS_IAM' } })
  assert.deepEqual(await statuses(id, '/x', 3), [200, 429, 429])
  assert.deepEqual(await statuses(signed, '/x', 1), [403])
  const quantity = (api: string) => gateway.cloud.usage().find(each => each.resource === api)?.quantity
  assert.deepEqual([quantity(id), quantity(signed)], [1, undefined])
})

test('TagResource, UntagResource, GetTags: of an API and of a stage', async () => {
  const { client } = gateway
  const id = await gateway.api(['GET /x'])
  for (const ResourceArn of [`arn:aws:apigateway:us-east-1::/apis/${id}`, `arn:aws:apigateway:us-east-1::/apis/${id}/stages/$default`]) {
    await client.tagResource({ ResourceArn, Tags: { a: '1', b: '2' } })
    await client.untagResource({ ResourceArn, TagKeys: ['a'] })
    assert.deepEqual((await client.getTags({ ResourceArn })).Tags, { b: '2' })
  }
  assert.deepEqual((await client.getApi({ ApiId: id })).Tags, { b: '2' })
  await assert.rejects(client.getTags({ ResourceArn: 'arn:aws:apigateway:us-east-1::/apis/none' }), { name: 'NotFoundException' })
})
