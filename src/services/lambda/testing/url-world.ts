import { createHash, createHmac } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SignatureV4 } from '@smithy/signature-v4'
import { zipSync } from 'fflate'
import { scriptedSandboxes, type ScriptedCall } from '../../../sandbox/scripted.ts'
import { startCloud } from '../../../testing/index.ts'

export interface Answer { status: number, headers: IncomingHttpHeaders, body: string }
export interface Sent { method?: string, path?: string, headers?: Record<string, string>, body?: string | Buffer, host?: string }
export interface Key { accessKeyId: string, secretAccessKey: string }

/** A cloud with a function `f` that does what the test says, and a way to call its URL. */
export async function urlWorld(respond: (event: any, call: ScriptedCall) => unknown = event => event) {
  const events: any[] = []
  const script = (call: ScriptedCall) => {
    events.push(call.event)
    return respond(call.event, call)
  }
  const cloud = await startCloud({ sandboxes: scriptedSandboxes({ script }) })
  const lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Timeout: 1,
    Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) },
  })
  const allow = (FunctionName: string, Principal = '*', FunctionUrlAuthType: 'NONE' | 'AWS_IAM' = 'NONE', Qualifier?: string) => Promise.all([
    lambda.addPermission({ FunctionName, Qualifier, StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', Principal, FunctionUrlAuthType }),
    lambda.addPermission({ FunctionName, Qualifier, StatementId: 'invoke', Action: 'lambda:InvokeFunction', Principal, InvokedViaFunctionUrl: true }),
  ])
  const { port } = cloud.cloud
  return {
    cloud, lambda, iam, events, allow, port,
    /** A URL that anybody may call; its host. */
    async open(more: Partial<Parameters<Lambda['createFunctionUrlConfig']>[0]> = {}) {
      await allow('f')
      const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName: 'f', AuthType: 'NONE', ...more })
      return new URL(FunctionUrl!).host
    },
    call: (host: string, sent: Sent = {}) => send(port, host, sent),
    /** The same, signed. */
    async signed(host: string, credentials: Key, { method = 'GET', path = '/', body }: Sent = {}) {
      const signer = new SignatureV4({ service: 'lambda', region: 'us-east-1', credentials, sha256: Sha256 as any })
      const signing = { method, path, protocol: 'http:', hostname: host, query: {}, headers: { host }, ...body !== undefined && { body } }
      return send(port, host, { method, path, headers: (await signer.sign(signing)).headers, ...body !== undefined && { body } })
    },
    async user(name: string, statements: object[]): Promise<Key> {
      await iam.createUser({ UserName: name })
      if (statements.length > 0) {
        await iam.putUserPolicy({ UserName: name, PolicyName: 'may', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })
      }
      const { AccessKey } = await iam.createAccessKey({ UserName: name })
      return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
    },
    async stop() {
      lambda.destroy()
      iam.destroy()
      await cloud.stop()
    },
  }
}

export type UrlWorld = Awaited<ReturnType<typeof urlWorld>>

class Sha256 {
  readonly #hash
  constructor(secret?: any) { this.#hash = secret ? createHmac('sha256', secret) : createHash('sha256') }
  update(data: any): void { this.#hash.update(data) }
  async digest(): Promise<Uint8Array> { return this.#hash.digest() }
  reset(): void {}
}

/** Sends a request, and reads the whole answer. */
export function send(port: number, host: string, { method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', method, path, headers: { ...headers, host }, timeout: 10_000 }, response => {
      const pieces: Buffer[] = []
      response.on('data', piece => pieces.push(piece)).on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces).toString() }))
    })
    sent.on('error', reject).end(body)
  })
}
