import { ApiGatewayV2Client, CreateApiCommand, GetIntegrationCommand, GetIntegrationsCommand } from '@aws-sdk/client-apigatewayv2'
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { service } from '../../../platform/service.ts'
import { startCloud } from '../../../testing/index.ts'
import { apigatewayv2 } from '../service.ts'

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:hello'

const slow = Promise.withResolvers<object>()

/** A Lambda service whose one function answers as the test says. */
const lambdaThat = (answer: (event: any) => unknown) => service<any, any>({
  name: 'lambda', tables: {},
  operations: {
    Invoke: async (_: any, input: any) => ({
      StatusCode: 200, Payload: Buffer.from(JSON.stringify(await answer(JSON.parse(Buffer.from(input.Payload).toString())))),
    }),
  },
  authorization: { Invoke: { resource: 'none' } },
} as any)

function send(endpoint: string, host: string, path: string, options: { method?: string, headers?: Record<string, string>, body?: string } = {}) {
  return new Promise<{ status: number, headers: any, body: string }>((resolve, reject) => {
    const sent = request(endpoint + path, { method: options.method ?? 'GET', headers: { ...options.headers, host }, timeout: 5000 }, async response => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode!, headers: response.headers, body })
    })
    sent.on('error', reject).end(options.body)
  })
}

test('a function slower than the integration allows is 503, by the cloud’s clock', async () => {
  const called = Promise.withResolvers<void>()
  const cloud = await startCloud({ services: [apigatewayv2, lambdaThat(() => { called.resolve(); return slow.promise })] })
  try {
    const { ApiId } = await new ApiGatewayV2Client(cloud.client).send(new CreateApiCommand({ Name: 'slow', ProtocolType: 'HTTP', Target: functionArn }))
    const answer = send(cloud.endpoint, `${ApiId}.execute-api.localhost`, '/')
    await called.promise
    await cloud.clock.advance(30_000)
    const { status, body } = await answer
    assert.deepEqual([status, body], [503, '{"message":"Service Unavailable"}'])
  } finally {
    slow.resolve({})
    await cloud.stop()
  }
})

test('GetIntegration shows what GetIntegrations lists, and NotFoundException for another', async () => {
  const cloud = await startCloud({ services: [apigatewayv2] })
  try {
    const client = new ApiGatewayV2Client(cloud.client)
    const { ApiId } = await client.send(new CreateApiCommand({ Name: 'one', ProtocolType: 'HTTP', Target: functionArn }))
    const { Items } = await client.send(new GetIntegrationsCommand({ ApiId }))
    const { IntegrationUri } = await client.send(new GetIntegrationCommand({ ApiId, IntegrationId: Items![0]!.IntegrationId }))
    assert.equal(IntegrationUri, functionArn)
    await assert.rejects(client.send(new GetIntegrationCommand({ ApiId, IntegrationId: 'other' })), { name: 'NotFoundException' })
  } finally {
    await cloud.stop()
  }
})
