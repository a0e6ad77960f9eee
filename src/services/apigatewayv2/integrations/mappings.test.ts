import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { iam } from '../../iam/service.ts'
import { kinesis } from '../../kinesis/service.ts'
import { sqs } from '../../sqs/service.ts'
import { functionUri, startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
let backend: Server
let address: string
let got: { url: string, method: string, headers: IncomingMessage['headers'], raw: string[], body: string }
let answer: { status: number, headers?: Record<string, string>, body: string }

before(async () => {
  backend = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    got = { url: request.url!, method: request.method!, headers: request.headers, raw: request.rawHeaders, body }
    if (request.url!.startsWith('/slow')) return
    response.writeHead(answer.status, { 'x-backend': 'yes', ...answer.headers }).end(answer.body)
  })
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  gateway = await startGatewayCloud([sqs, iam, kinesis])
})
after(async () => {
  backend.closeAllConnections()
  backend.close()
  await gateway.stop()
})

async function proxy(route: string, integration: object = {}): Promise<string> {
  const { client } = gateway
  const { ApiId } = await client.createApi({ Name: 'proxy', ProtocolType: 'HTTP' })
  const { IntegrationId } = await client.createIntegration({
    ApiId, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY', IntegrationUri: address, PayloadFormatVersion: '1.0', ...integration,
  })
  await client.createRoute({ ApiId, RouteKey: route, Target: `integrations/${IntegrationId}` })
  await client.createStage({ ApiId, StageName: '$default', AutoDeploy: true, StageVariables: { color: 'blue' } })
  answer = { status: 200, body: 'plain' }
  return ApiId!
}

test('HTTP_PROXY: path variables, query, method, headers and body reach the endpoint, with where the request came from', async () => {
  const id = await proxy('ANY /pets/{proxy+}', { IntegrationUri: `${address}/animals/{proxy}?fixed=1` })
  const { status, body, headers } = await gateway.call(id, 'PUT', '/pets/dogs/a%20b?name=rex&name=max', {
    headers: { 'x-one': ['a', 'b'], connection: 'close' }, body: 'woof'
  })
  assert.deepEqual([status, body, headers['x-backend']], [200, 'plain', 'yes'])
  assert.deepEqual([got.method, got.url, got.body, got.headers['x-one']], ['PUT', '/animals/dogs/a%20b?fixed=1&name=rex&name=max', 'woof', 'a, b'])
  assert.equal(got.headers.host, address.slice('http://'.length))
  assert.match(String(got.headers.forwarded), new RegExp(`^for=127.0.0.1;host=${id}.execute-api.localhost;proto=http$`))
  assert.equal(got.headers.via, 'HTTP/1.1 AmazonAPIGateway')
})

test('HTTP_PROXY: an endpoint that is not there is 503, one that is slow 504 by the clock', async () => {
  const gone = await proxy('GET /x', { IntegrationUri: 'http://127.0.0.1:9' })
  assert.deepEqual(await gateway.call(gone, 'GET', '/x').then(({ status, body }) => [status, body]), [503, '{"message":"Service Unavailable"}'])
  const slow = await proxy('GET /x', { IntegrationUri: `${address}/slow`, TimeoutInMillis: 2000 })
  const waiting = gateway.call(slow, 'GET', '/x')
  const reached = async () => { while (got.url !== '/slow') await new Promise(setImmediate) }
  await reached()
  await gateway.cloud.clock.advance(2000)
  assert.deepEqual(await waiting.then(({ status, body }) => [status, body]), [504, '{"message":"Gateway Timeout"}'])
})

test('request parameters: headers, query and path are appended, overwritten and removed', async () => {
  const id = await proxy('POST /pets/{id}', { RequestParameters: {
    'append:header.x-tag': '$request.path.id', 'overwrite:header.x-stage': '$context.stage', 'remove:header.x-secret': "''",
    'overwrite:querystring.color': '$stageVariables.color',
    'append:querystring.name': '$request.body.owner.names[1]', 'remove:querystring.gone': "''", 'overwrite:path': '/v2/${request.path.id}',
    'append:header.x-none': '$request.header.nothing',
    'overwrite:header.x-text': 'static',
  } })
  await gateway.call(id, 'POST', '/pets/7?name=rex&gone=1', {
    headers: { 'x-tag': 'first', 'x-secret': 's', 'content-type': 'application/json' }, body: JSON.stringify({ owner: { names: ['ada', 'bob'] } }),
  })
  assert.equal(got.url, '/v2/7?name=rex&color=blue&name=bob')
  assert.deepEqual(
    [got.headers['x-tag'], got.headers['x-stage'], got.headers['x-secret'], got.headers['x-none'], got.headers['x-text']],
    ['first, 7', '$default', undefined, undefined, 'static']
  )
})

test('request parameters reach a function too', async () => {
  const id = await gateway.api(['GET /x'], {
    integration: { RequestParameters: { 'overwrite:header.x-route': '$context.routeKey', 'append:querystring.a': '2' } }
  })
  gateway.reply(event => [event.headers['x-route'], event.queryStringParameters.a, event.rawQueryString])
  assert.equal((await gateway.call(id, 'GET', '/x?a=1')).body, '["GET /x","1,2","a=1&a=2"]')
})

test('response parameters: by the status code of the answer', async () => {
  const id = await proxy('GET /x', { ResponseParameters: {
    500: { 'overwrite:statuscode': '403', 'append:header.x-why': '$response.body.reason' },
    200: { 'remove:header.x-backend': "''", 'overwrite:header.x-was': '$response.header.x-backend' },
  } })
  const fine = await gateway.call(id, 'GET', '/x')
  assert.deepEqual([fine.status, fine.headers['x-backend'], fine.headers['x-was'], fine.body], [200, undefined, 'yes', 'plain'])
  answer = { status: 500, body: '{"reason":"tired"}' }
  const changed = await gateway.call(id, 'GET', '/x')
  assert.deepEqual([changed.status, changed.headers['x-why'], changed.body], [403, 'tired', '{"reason":"tired"}'])
})

test('UpdateIntegration: mappings are added to those that stand; one set to nothing goes', async () => {
  const { client } = gateway
  const ApiId = await proxy('GET /x', { RequestParameters: { 'overwrite:header.a': '1' }, ResponseParameters: { 200: { 'overwrite:header.b': '2' } } })
  const [{ IntegrationId } = {}] = (await client.getIntegrations({ ApiId })).Items!
  const changed = await client.updateIntegration({
    ApiId, IntegrationId, RequestParameters: { 'overwrite:header.a': '', 'remove:header.c': '' }, ResponseParameters: { 200: {} }, TimeoutInMillis: 5000,
  })
  assert.deepEqual(
    [changed.RequestParameters, changed.ResponseParameters, changed.TimeoutInMillis, changed.IntegrationUri],
    [{ 'remove:header.c': '' }, undefined, 5000, address]
  )
})

test('CreateIntegration: what AWS refuses, and what Fogbank does, by name', async () => {
  const { client } = gateway
  const { ApiId } = await client.createApi({ Name: 'x', ProtocolType: 'HTTP' })
  const http = { ApiId, IntegrationType: 'HTTP_PROXY' as const, IntegrationMethod: 'GET', IntegrationUri: address }
  const refused = (input: object, message: RegExp) => assert.rejects(client.createIntegration(input as any), { name: 'BadRequestException', message })
  await refused({ ...http, RequestParameters: { 'overwrite:header.Authorization': 'x' } }, /Operations on header authorization are restricted/)
  await refused({ ...http, RequestParameters: { 'replace:header.x': 'y' } }, /Invalid parameter key/)
  await refused({ ...http, ResponseParameters: { 200: { 'overwrite:path': 'y' } } }, /Invalid parameter key/)
  await refused({ ...http, PayloadFormatVersion: '2.0' }, /PayloadFormatVersion 2.0/)
  await refused({ ...http, IntegrationUri: 'ftp://x' }, /Invalid HTTP endpoint/)
  await refused({ ...http, ConnectionType: 'VPC_LINK', ConnectionId: 'abc' }, /VPC links/)
  await refused({ ...http, IntegrationType: 'MOCK' }, /MOCK/)
  const start = { ApiId, IntegrationType: 'AWS_PROXY', IntegrationSubtype: 'StepFunctions-StartExecution', CredentialsArn: 'arn:aws:iam::000000000000:role/x' }
  await refused(start, /StepFunctions-StartExecution is not supported by Fogbank/)
  await refused({ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: functionUri, TimeoutInMillis: 30_001 }, /./)
})

test('Kinesis-PutRecord: the body becomes a record, and the answer is the service’s own', async () => {
  const { cloud } = gateway
  const aws = cloud.aws()
  await aws.kinesis.CreateStream({ StreamName: 'clicks', ShardCount: 1 })
  await cloud.clock.advance(60_000)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await aws.iam.CreateRole({ RoleName: 'clicker', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: '*' }] }
  await aws.iam.PutRolePolicy({ RoleName: 'clicker', PolicyName: 'put', PolicyDocument: JSON.stringify(policy) })
  const ApiId = await gateway.api(['POST /clicks'], { version: '1.0', integration: {
    IntegrationUri: undefined, IntegrationSubtype: 'Kinesis-PutRecord', CredentialsArn: Role!.Arn,
    RequestParameters: { StreamName: 'clicks', Data: '$request.body', PartitionKey: '$request.querystring.who' },
  } })
  const { status, body } = await gateway.call(ApiId, 'POST', '/clicks?who=ada', { body: 'click' })
  assert.equal(status, 200, body)
  assert.match(JSON.parse(body).SequenceNumber, /^\d+$/)
  const { ShardIterator } = await aws.kinesis.GetShardIterator({ StreamName: 'clicks', ShardId: JSON.parse(body).ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  const { Records } = await aws.kinesis.GetRecords({ ShardIterator })
  assert.deepEqual(Records!.map(record => [Buffer.from(record.Data!).toString(), record.PartitionKey]), [['click', 'ada']])
  assert.equal((await gateway.call(ApiId, 'POST', '/clicks', { body: 'click' })).status, 400)
})

test('SQS-SendMessage: the request becomes a message, sent as the integration’s role', async () => {
  const { client, cloud } = gateway
  const aws = cloud.aws()
  const { QueueUrl } = await aws.sqs.CreateQueue({ QueueName: 'orders' })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await aws.iam.CreateRole({ RoleName: 'sender', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const { ApiId } = await client.createApi({ Name: 'orders', ProtocolType: 'HTTP' })
  const subtype = {
    ApiId, IntegrationType: 'AWS_PROXY' as const, IntegrationSubtype: 'SQS-SendMessage', PayloadFormatVersion: '1.0', CredentialsArn: Role!.Arn,
  }
  await assert.rejects(client.createIntegration({ ...subtype, RequestParameters: { QueueUrl: QueueUrl! } }), {
    message: /Missing required parameters: MessageBody/
  })
  await assert.rejects(client.createIntegration({ ...subtype, RequestParameters: { QueueUrl: QueueUrl!, MessageBody: 'x', Color: 'red' } }), {
    message: /Unknown parameters: Color/
  })
  const { IntegrationId } = await client.createIntegration({ ...subtype, RequestParameters: { QueueUrl: QueueUrl!, MessageBody: '$request.body.order' } })
  await client.createRoute({ ApiId, RouteKey: 'POST /orders', Target: `integrations/${IntegrationId}` })
  await client.createStage({ ApiId, StageName: '$default', AutoDeploy: true })
  const post = (body: object) => gateway.call(ApiId!, 'POST', '/orders', { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const denied = await post({ order: { id: 7 } })
  assert.equal(denied.status, 403)
  assert.match(denied.body, /<Code>AccessDenied/)
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] }
  await aws.iam.PutRolePolicy({ RoleName: 'sender', PolicyName: 'send', PolicyDocument: JSON.stringify(policy) })
  const sent = await post({ order: { id: 7 } })
  assert.equal(sent.status, 200)
  assert.match(sent.body, /<SendMessageResponse .*<SendMessageResult>.*<MessageId>[\w-]+<\/MessageId>/)
  const { Messages } = await aws.sqs.ReceiveMessage({ QueueUrl })
  assert.deepEqual(Messages!.map(message => message.Body), ['{"id":7}'])
  assert.equal((await post({ nothing: 1 })).status, 400)
})
