import { request as httpRequest } from 'node:http'
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { longRunning, service, type ServiceDefinition } from '../../../platform/service.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { apigatewayv2 } from '../service.ts'

export interface Answer { status: number, headers: Record<string, any>, body: string }
export interface Sent { host?: string, headers?: Record<string, string | string[]>, body?: string | Buffer }

/** What a function is called with, and what it answers: an Error for one that fails. */
export type Reply = (event: any, functionName: string, requestId: string) => unknown

export interface GatewayCloud {
  cloud: TestCloud
  client: ApiGatewayV2
  /** Events of all calls of functions, the latest last. */
  events: any[]
  /** Says what functions answer from here on. */
  reply: (reply: Reply) => void
  /** Sends a request to an API; `path` with its stage, where that is not $default. */
  call: (id: string, method: string, path: string, sent?: Sent) => Promise<Answer>
  /** An API with routes to the function f, and a $default stage. */
  api: (routes: string[], more?: { version?: '1.0' | '2.0', cors?: object, integration?: object, route?: object, stage?: object }) => Promise<string>
  stop: () => Promise<void>
}

export const functionUri = 'arn:aws:lambda:us-east-1:000000000000:function:f'
export const invocations = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`

/** A cloud with HTTP APIs and a Lambda service of the test's own. */
export async function startGatewayCloud(services: ServiceDefinition<any, any>[] = []): Promise<GatewayCloud> {
  let reply: Reply = event => event
  const events: any[] = []
  const lambda = service<any, any>({
    name: 'lambda', tables: {}, authorization: { Invoke: { resource: 'none' } } as any,
    operations: { Invoke: longRunning(async ({ requestId }: { requestId: string }, input: any) => {
      const event = JSON.parse(Buffer.from(input.Payload).toString())
      events.push(event)
      const answer = await reply(event, String(input.FunctionName).split(':').at(-1)!, requestId)
      if (answer instanceof Error) {
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(JSON.stringify({ errorMessage: answer.message })) }
      }
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer)) }
    }) } as any,
  })
  const cloud = await startCloud({ services: [apigatewayv2, lambda, ...services] })
  const client = new ApiGatewayV2(cloud.client)
  return {
    cloud, client, events,
    reply(next) { reply = next },
    call: (id, method, path, sent = {}) => send(cloud.cloud.port, sent.host ?? `${id}.execute-api.localhost:${cloud.cloud.port}`, method, path, sent),
    api: (routes, more) => makeApi(client, routes, more),
    async stop() {
      client.destroy()
      await cloud.stop()
    },
  }
}

async function makeApi(client: ApiGatewayV2, routes: string[], more: Parameters<GatewayCloud['api']>[1] = {}): Promise<string> {
  const { ApiId } = await client.createApi({ Name: 'test', ProtocolType: 'HTTP', ...more.cors && { CorsConfiguration: more.cors } })
  const { IntegrationId } = await client.createIntegration({
    ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: functionUri, PayloadFormatVersion: more.version ?? '2.0', ...more.integration,
  })
  for (const RouteKey of routes) await client.createRoute({ ApiId, RouteKey, Target: `integrations/${IntegrationId}`, ...more.route })
  await client.createStage({ ApiId, StageName: '$default', AutoDeploy: true, ...more.stage })
  return ApiId!
}

export function send(port: number, host: string, method: string, path: string, { headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, method, path, headers: { ...headers, host }, timeout: 10_000 }, response => {
      const pieces: Buffer[] = []
      const answer = () => ({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces).toString() })
      response.on('data', piece => pieces.push(piece)).on('end', () => resolve(answer()))
    })
    sent.on('error', reject).end(body)
  })
}
