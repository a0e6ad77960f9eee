import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import { startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'
import { iam } from '../../iam/service.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud([iam]) })
after(() => gateway.stop())

class Sha256 {
  readonly #hash
  constructor(secret?: any) { this.#hash = secret ? createHmac('sha256', secret) : createHash('sha256') }
  update(data: any): void { this.#hash.update(data) }
  async digest(): Promise<Uint8Array> { return this.#hash.digest() }
  reset(): void {}
}

interface Key { accessKeyId: string, secretAccessKey: string }

async function signed(id: string, method: string, path: string, credentials: Key) {
  const host = `${id}.execute-api.localhost:${gateway.cloud.cloud.port}`
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials, sha256: Sha256 as any })
  const { headers } = await signer.sign({ method, path, protocol: 'http:', hostname: host, query: {}, headers: { host } })
  return gateway.call(id, method, path, { headers })
}

async function user(name: string, policy?: object): Promise<Key & { arn: string, id: string }> {
  const aws = gateway.cloud.aws().iam
  const { User } = await aws.CreateUser({ UserName: name })
  if (policy) await aws.PutUserPolicy({ UserName: name, PolicyName: 'may', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: policy }) })
  const { AccessKey } = await aws.CreateAccessKey({ UserName: name })
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey!, arn: User!.Arn!, id: User!.UserId! }
}

const forbidden = [403, '{"message":"Forbidden"}']
const short = ({ status, body }: { status: number, body: string }) => [status, body]

test('AWS_IAM: a signer passes whose policies allow execute-api:Invoke on the method and path; all others are Forbidden', async () => {
  const id = await gateway.api(['GET /items/{id}', 'DELETE /items/{id}'], { route: { AuthorizationType: 'AWS_IAM' } })
  gateway.reply(event => event.requestContext.authorizer)
  const reader = await user('reader', {
    Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `arn:aws:execute-api:us-east-1:000000000000:${id}/$default/GET/items/*`
  })
  const nobody = await user('nobody')
  const { status, body } = await signed(id, 'GET', '/items/7', reader)
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(body), { iam: {
    accessKey: reader.accessKeyId, accountId: '000000000000', callerId: reader.id, cognitoIdentity: null, principalOrgId: null, userArn: reader.arn,
    userId: reader.id,
  } })
  assert.deepEqual(short(await signed(id, 'DELETE', '/items/7', reader)), forbidden)
  assert.deepEqual(short(await signed(id, 'GET', '/items/7', nobody)), forbidden)
  assert.deepEqual(short(await signed(id, 'GET', '/items/7', { ...reader, secretAccessKey: 'wrong' })), forbidden)
  assert.deepEqual(short(await gateway.call(id, 'GET', '/items/7')), forbidden)
})

test('AWS_IAM: the root of the account passes, that of another account does not', async () => {
  const id = await gateway.api(['GET /x'], { route: { AuthorizationType: 'AWS_IAM' } })
  gateway.reply(() => 'in')
  assert.equal((await signed(id, 'GET', '/x', { accessKeyId: 'test', secretAccessKey: 'test' })).status, 200)
  assert.deepEqual(short(await signed(id, 'GET', '/x', { accessKeyId: '111111111111', secretAccessKey: 'test' })), forbidden)
})

test('AWS_IAM: a body that is not the one that was signed is Forbidden', async () => {
  const id = await gateway.api(['POST /x'], { route: { AuthorizationType: 'AWS_IAM' } })
  gateway.reply(() => 'in')
  const host = `${id}.execute-api.localhost:${gateway.cloud.cloud.port}`
  const { accessKeyId, secretAccessKey } = await user('poster', { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' })
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials: { accessKeyId, secretAccessKey }, sha256: Sha256 as any })
  const { headers } = await signer.sign({ method: 'POST', path: '/x', protocol: 'http:', hostname: host, query: {}, headers: { host }, body: 'pay 1' })
  assert.equal((await gateway.call(id, 'POST', '/x', { headers, body: 'pay 1' })).status, 200)
  assert.deepEqual(short(await gateway.call(id, 'POST', '/x', { headers, body: 'pay 9' })), forbidden)
})

test('AWS_IAM: format 1.0 tells who signed in its identity', async () => {
  const id = await gateway.api(['GET /x'], { version: '1.0', route: { AuthorizationType: 'AWS_IAM' } })
  gateway.reply(event => ({ statusCode: 200, body: JSON.stringify(event.requestContext.identity) }))
  const admin = await user('admin', { Effect: 'Allow', Action: '*', Resource: '*' })
  const identity = JSON.parse((await signed(id, 'GET', '/x', admin)).body)
  assert.deepEqual([identity.userArn, identity.accountId, identity.caller, identity.accessKey], [admin.arn, '000000000000', admin.id, admin.accessKeyId])
})
