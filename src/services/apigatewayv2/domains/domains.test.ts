import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startCloud } from '../../../testing/index.ts'
import { apigatewayv2 } from '../service.ts'
import { send, startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud() })
after(() => gateway.stop())

const configuration = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/abc', EndpointType: 'REGIONAL' as const }
const apiThatSays = async (text: string, stage = '$default') =>
  gateway.api(['ANY /{proxy+}', 'GET /'], { integration: { RequestParameters: { 'overwrite:header.x-says': text } }, stage: { StageName: stage } })

test('a custom domain name sends requests to the mapping of the longest path', async () => {
  const { client } = gateway
  gateway.reply(event => [event.headers['x-says'], event.rawPath, event.requestContext.domainName, event.requestContext.domainPrefix])
  await client.createDomainName({ DomainName: 'api.example.com', DomainNameConfigurations: [configuration] })
  const map = async (says: string, ApiMappingKey: string, stage?: string) => {
    const { ApiMappingId } = await client.createApiMapping({
      DomainName: 'api.example.com', ApiId: await apiThatSays(says, stage), Stage: stage ?? '$default', ApiMappingKey,
    })
    return ApiMappingId
  }
  const root = await map('root', '')
  await map('orders', 'orders/v1')
  await map('deep', 'orders/v1/items', 'prod')
  const get = async (path: string) => {
    const { status, body } = await gateway.call('', 'GET', path, { host: 'api.example.com' })
    return status === 200 ? JSON.parse(body) : [status, body]
  }
  assert.deepEqual(await get('/customers'), ['root', '/customers', 'api.example.com', 'api'])
  assert.deepEqual(await get('/orders/v1/7'), ['orders', '/7', 'api.example.com', 'api'])
  assert.deepEqual(await get('/orders/v1'), ['orders', '/', 'api.example.com', 'api'])
  assert.deepEqual((await get('/orders/v12'))[0], 'root')
  assert.deepEqual(await get('/orders/v1/items/7'), ['deep', '/prod/7', 'api.example.com', 'api'])
  await client.deleteApiMapping({ DomainName: 'api.example.com', ApiMappingId: root })
  assert.deepEqual(await get('/customers'), [403, '{"message":"Forbidden"}'])
  assert.equal((await client.getApiMappings({ DomainName: 'api.example.com' })).Items!.length, 2)
  const [first] = (await client.getApiMappings({ DomainName: 'api.example.com' })).Items!
  await assert.rejects(client.deleteApi({ ApiId: first!.ApiId }), { name: 'BadRequestException' })
  await client.deleteDomainName({ DomainName: 'api.example.com' })
  await client.deleteApi({ ApiId: first!.ApiId })
  assert.deepEqual(await get('/orders/v1/7'), [404, '{"message":"Not Found"}'])
})

test('a host that is nobody’s custom domain name is the cloud’s own: AWS clients reach it there', async () => {
  const { status, body } = await gateway.call('', 'GET', '/_fogbank/nothing', { host: 'fogbank.company.lan' })
  assert.equal(status >= 400, true)
  assert.equal(body.includes('"message":"Not Found"'), false)
})

test('a custom domain name answers after a restart', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'httpapi-domains-'))
  try {
    const first = await startCloud({ services: [apigatewayv2], dataFolder })
    const { apigatewayv2: aws } = first.aws()
    const { ApiId } = await aws.CreateApi({ Name: 'x', ProtocolType: 'HTTP', Target: 'http://127.0.0.1:9' })
    await aws.CreateDomainName({ DomainName: 'kept.example.com', DomainNameConfigurations: [configuration] })
    await aws.CreateApiMapping({ DomainName: 'kept.example.com', ApiId, Stage: '$default' })
    await first.stop()
    const again = await startCloud({ services: [apigatewayv2], dataFolder })
    assert.equal((await send(again.cloud.port, 'kept.example.com', 'GET', '/', {})).status, 503)
    await again.stop()
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
})

test('CreateDomainName, UpdateDomainName, GetDomainNames: what they show and refuse', async () => {
  const { client } = gateway
  const made = await client.createDomainName({ DomainName: 'Shop.Example.com', DomainNameConfigurations: [configuration], Tags: { a: '1' } })
  assert.equal(made.DomainName, 'shop.example.com')
  const [shown] = made.DomainNameConfigurations!
  assert.deepEqual(
    [shown!.DomainNameStatus, shown!.EndpointType, shown!.SecurityPolicy, shown!.CertificateArn],
    ['AVAILABLE', 'REGIONAL', 'TLS_1_2', configuration.CertificateArn]
  )
  assert.match(shown!.ApiGatewayDomainName!, /^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/)
  const changed = await client.updateDomainName({
    DomainName: 'shop.example.com', DomainNameConfigurations: [{ CertificateArn: configuration.CertificateArn + 'd' }],
  })
  const [after] = changed.DomainNameConfigurations!
  assert.deepEqual([after!.CertificateArn, after!.ApiGatewayDomainName], [configuration.CertificateArn + 'd', shown!.ApiGatewayDomainName])
  assert.deepEqual((await client.getDomainNames({})).Items!.map(each => [each.DomainName, each.Tags]), [['shop.example.com', { a: '1' }]])
  const refused = (input: object, message: RegExp) =>
    assert.rejects(client.createDomainName({ DomainName: 'x.example.com', ...input }), { name: 'BadRequestException', message })
  await refused({ DomainName: 'shop.example.com' }, /already exists/)
  await refused({ DomainName: 'nodots' }, /Invalid domain name/)
  await refused({ DomainName: '*.example.com' }, /Wildcard/)
  await refused({ MutualTlsAuthentication: { TruststoreUri: 's3://b/k' } }, /MutualTlsAuthentication is not supported/)
  await refused({ DomainNameConfigurations: [{ EndpointType: 'EDGE' }] }, /regional/)
  await assert.rejects(client.getDomainName({ DomainName: 'none.example.com' }), { name: 'NotFoundException' })
})

test('CreateApiMapping: what it refuses', async () => {
  const { client } = gateway
  await client.createDomainName({ DomainName: 'maps.example.com', DomainNameConfigurations: [configuration] })
  const ApiId = await gateway.api(['GET /x'])
  const mapping = { DomainName: 'maps.example.com', ApiId, Stage: '$default' }
  await client.createApiMapping({ ...mapping, ApiMappingKey: 'a' })
  await assert.rejects(client.createApiMapping({ ...mapping, ApiMappingKey: 'a' }), { name: 'ConflictException' })
  await assert.rejects(client.createApiMapping({ ...mapping, ApiMappingKey: '/a' }), { name: 'BadRequestException' })
  await assert.rejects(client.createApiMapping({ ...mapping, Stage: 'none' }), { name: 'BadRequestException' })
  await assert.rejects(client.createApiMapping({ ...mapping, ApiId: 'none' }), { name: 'NotFoundException' })
})
