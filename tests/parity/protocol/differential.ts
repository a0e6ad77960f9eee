import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../../../src/platform/errors.ts'
import { codecOf, writeError } from '../../../src/protocol/codec.ts'
import { loadModel, type OperationModel, type ProtocolName, type ServiceModel, structureOf } from '../../../src/protocol/model.ts'
import { matchRest } from '../../../src/protocol/rest-routes.ts'
import type { WireRequest } from '../../../src/protocol/wire.ts'
import { comparable, random, valueOf } from './generate.ts'

/** The SDK's clients, by room. */
export const clients: Record<string, string> = {
  s3: 's3', lambda: 'lambda', sqs: 'sqs', sns: 'sns', dynamodb: 'dynamodb', dynamodbstreams: 'dynamodb-streams', kinesis: 'kinesis', iam: 'iam', sts: 'sts',
  cloudformation: 'cloudformation', logs: 'cloudwatch-logs', cloudwatch: 'cloudwatch', apigatewayv2: 'apigatewayv2', apigateway: 'api-gateway',
  events: 'eventbridge',
  scheduler: 'scheduler', ec2: 'ec2', ecs: 'ecs', ecr: 'ecr', eks: 'eks', rds: 'rds', 'rds-data': 'rds-data', xray: 'xray', appsync: 'appsync', ssm: 'ssm',
  secretsmanager: 'secrets-manager', kms: 'kms', cloudcontrol: 'cloudcontrol', stepfunctions: 'sfn', organizations: 'organizations',
}

export interface Difference { operation: string, side: 'input' | 'output' | 'error' | 'call', expected?: unknown, actual?: unknown, reason?: string }

interface Captured { request: WireRequest, body: Buffer }

/** Sends random inputs of the operations through the real client into our reader, and random outputs and errors through our writer into the client. */
export async function differences(
  room: string, options: { seed: number, protocol?: ProtocolName, protocolClass?: any, only?: (operation: string) => boolean },
): Promise<{ cases: number, found: Difference[] }> {
  const model = loadModel(room)!
  const sdk: any = await import(`@aws-sdk/client-${clients[room]}`)
  const Client = Object.entries<any>(sdk).find(([name]) => name.endsWith('Client') && name !== '__Client')![1]
  let answer: (captured: Captured) => { status: number, headers?: any, body?: any }
  const client = new Client({
    region: 'us-east-1', endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1, forcePathStyle: true,
    ...room === 'sqs' && { md5: false },
    disableHostPrefix: true, useQueueUrlAsEndpoint: false, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
    ...options.protocolClass && { protocol: options.protocolClass },
    requestHandler: { handle: async (request: any) => ({ response: responseOf(answer(await capture(request))) }), metadata: { handlerProtocol: 'http/1.1' } },
  })
  const found: Difference[] = []
  let cases = 0
  for (const operation of Object.values(model.operations)) {
    if (options.only && !options.only(operation.name)) continue
    if (hasEvents(model, operation)) continue
    cases++
    const next = random(options.seed + cases)
    const input = structureOf(model, operation.input) ? valueOf(model, operation.input, next) : {}
    const output = structureOf(model, operation.output) ? valueOf(model, operation.output, next) : {}
    const protocol = options.protocol ?? model.protocol
    answer = captured => {
      const read = readCaptured(model, operation, protocol, captured)
      note(found, operation.name, 'input', input, read)
      return codecOf(model, operation, protocol).write(output, 'id-1')
    }
    try {
      const received = await client.send(new sdk[`${operation.name}Command`](input))
      await collectStreams(received)
      note(found, operation.name, 'output', output, withoutEmptyPayload(received, output))
    } catch (error) {
      found.push({ operation: operation.name, side: 'call', reason: String((error as Error).stack).slice(0, 600) })
    }
  }
  await errorDifferences(model, options.protocol ?? model.protocol, found, async response => {
    const operation =
      Object.values(model.operations).find(each => !hasEvents(model, each) && (each.input === 'unit' || structureOf(model, each.input)!.required === 0))
    if (!operation) return undefined
    answer = () => response
    return client.send(new sdk[`${operation.name}Command`]({})).then(() => undefined, (error: unknown) => error)
  })
  return { cases, found }
}

async function errorDifferences(model: ServiceModel, protocol: ProtocolName, found: Difference[], send: (response: any) => Promise<any>): Promise<void> {
  for (const [code, { shape, status }] of Object.entries(model.errors)) {
    const error = await send(writeError(model, protocol, new AwsError(code, 'What went <wrong> & why'), 'id-1'))
    if (!error) return
    const actual = { name: error.name, message: error.message, status: error.$metadata?.httpStatusCode }
    // The SDK names an error by its shape, whatever its code on the wire.
    if (!isDeepStrictEqual(actual, { name: code, message: 'What went <wrong> & why', status })) {
      found.push({ operation: code, side: 'error', expected: { code, status, shape }, actual })
    }
  }
}

function note(found: Difference[], operation: string, side: 'input' | 'output', expected: unknown, actual: unknown): void {
  const [left, right] = [comparable(expected), comparable(actual)]
  if (!isDeepStrictEqual(left, right)) found.push({ operation, side, ...firstDifference(left, right) })
}

/** The first place where two values differ. */
function firstDifference(expected: any, actual: any, path = ''): { expected: unknown, actual: unknown, reason: string } {
  if (expected !== null && actual !== null && typeof expected === 'object' && typeof actual === 'object') {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!isDeepStrictEqual(expected[name], actual[name])) return firstDifference(expected[name], actual[name], `${path}.${name}`)
    }
  }
  return { expected, actual, reason: path }
}

const hasEvents = (
  model: ServiceModel, operation: OperationModel,
) => [operation.input, operation.output].some(ref => structureOf(model, ref)?.members.some(member => {
  const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
  return shape?.type === 'union' && shape.streaming
}))

function readCaptured(model: ServiceModel, operation: OperationModel, protocol: ProtocolName, { request, body }: Captured): any {
  let labels = {}
  if (operation.http && protocol.startsWith('rest')) {
    let path = request.path
    let bucket: string | undefined
    if (model.name === 's3' && path.length > 1) {
      const slash = path.indexOf('/', 1)
      bucket = path.slice(1, slash < 0 ? undefined : slash)
      path = slash < 0 ? '/' : path.slice(slash)
    }
    const match = matchRest(model, { ...request, path }, bucket)
    if (match?.operation.name !== operation.name) throw new Error(`routed to ${match?.operation.name}: ${request.method} ${request.path}?${request.query}`)
    labels = match.labels
  }
  return codecOf(model, operation, protocol).read(request, body, labels)
}

async function capture(request: any): Promise<Captured> {
  const query = Object.entries<any>(request.query ?? {}).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(each =>
    each === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(each)}`)).join('&')
  const headers = Object.fromEntries(Object.entries<string>(request.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const { body } = request
  const bytes = body === undefined
    ? Buffer.alloc(0)
    : typeof body === 'string'
    ? Buffer.from(body)
    : body instanceof Uint8Array
    ? Buffer.from(body)
    : Buffer.concat(await Array.fromAsync(body as Readable))
  return { request: { method: request.method, path: request.path, query, headers }, body: bytes }
}

function responseOf({ status, headers = {}, body }: { status: number, headers?: any, body?: any }): any {
  return { statusCode: status, headers, body: Readable.from(body === undefined ? [] : [Buffer.from(body)]) }
}

/** The client makes empty bytes of an empty body. */
const withoutEmptyPayload = (received: any, output: any) =>
  Object.fromEntries(Object.entries<any>(received).filter(([name, value]) => !(value?.byteLength === 0 && output[name] === undefined)))

async function collectStreams(output: any): Promise<void> {
  for (const [name, value] of Object.entries<any>(output)) {
    if (typeof value?.transformToByteArray === 'function') output[name] = await value.transformToByteArray()
  }
}
