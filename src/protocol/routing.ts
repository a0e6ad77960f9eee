import type { Readable } from 'node:stream'
import { AwsError } from '../platform/errors.ts'
import { codecOf, formPairs, unzipped, writeError } from './codec.ts'
import type { Route } from './gateway.ts'
import { bucketOfHost, bucketOfLocalhost, hostOf, regionOfHost } from './hosts.ts'
import { loadModel, serviceIndex, type OperationModel, type ProtocolName, type ServiceEntry, type ServiceModel } from './model.ts'
import { matchRest } from './rest-routes.ts'
import type { ErrorFamily } from './signature-errors.ts'
import type { Signature } from './sigv4.ts'
import { validate } from './validation.ts'
import { header, type WireRequest } from './wire.ts'

const megabyte = 1_048_576
/** Bodies that are read whole, per service: what its largest request takes in base64 or escaped. AWS's own bounds on a member are the operations' business. */
const bodyMaxBytes: Record<string, number> = {
  lambda: 6 * megabyte, dynamodb: 24 * megabyte, kinesis: 16 * megabyte, firehose: 8 * megabyte, sqs: 8 * megabyte, ecr: 30 * megabyte, s3: 10 * megabyte,
}
/** Lambda's operations that carry code: 50 MB of a zip file, in base64. */
const uploads = new Set(['CreateFunction', 'UpdateFunctionCode', 'PublishLayerVersion'])
const uploadMaxBytes = 69_905_067
const families: Partial<Record<ProtocolName, ErrorFamily>> = { awsQuery: 'query', ec2Query: 'ec2', restJson1: 'restJson' }
const anonymousOperations = new Set(['AssumeRoleWithWebIdentity', 'AssumeRoleWithSAML'])

/** Finds the service and operation of a request: by host, X-Amz-Target, the scope of the signature, path, or the Action of a form. */
export function routeRequest(request: WireRequest, signature: Signature | undefined): Route {
  const region = signature?.region || regionOfHost(hostOf(request)) || 'us-east-1'
  const target = header(request, 'x-amz-target')
  if (target !== undefined) return routeTarget(request, target, region, signature)
  const cbor = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path)
  if (cbor) return routeCbor(request, cbor[1]!, cbor[2]!, region)
  const bucket = bucketOfHost(hostOf(request))
  if (bucket !== undefined) return routeS3(request, region, bucket)
  const room = roomOf(request, signature)
  const model = room === undefined ? undefined : loadModel(room)
  if (model?.protocol === 'awsQuery' || model?.protocol === 'ec2Query') return routeForm(model, model.protocol, region)
  if (model && isForm(request)) return routeForm(model, 'awsQuery', region)
  if (room === 's3' || (signature === undefined && !isForm(request))) return routeS3(request, region, bucketOfLocalhost(hostOf(request)))
  if (!model && isForm(request)) return routeForm(undefined, 'awsQuery', region)
  if (!model) {
    throw unknownOperation(signature?.service ? `Fogbank has no service for the signing name ${signature.service}.` : 'The request names no service.', 404)
  }
  const match = matchRest(model, request)
  if (!match) throw unknownOperation(undefined, 404)
  return routeTo(model, match.operation, model.protocol, region, match.labels)
}

const unknownOperation = (message: string | undefined, status = 400) =>
  new AwsError('UnknownOperationException', message ?? 'The requested operation is not recognized by the service.', { status })

const isForm = (request: WireRequest) => /^application\/x-www-form-urlencoded/i.test(header(request, 'content-type') ?? '')
  || /(?:^|&)Action=/.test(request.query)

/** Writes an error of a request that found no operation, in the manner that its caller will most likely read. */
export function writeUnroutedError(error: AwsError, requestId: string) {
  return writeError(undefined, 'restJson1', error, requestId)
}

function roomOf(request: WireRequest, signature: Signature | undefined): string | undefined {
  const service = signature?.service ?? serviceOfHost(hostOf(request))
  if (service === undefined) return undefined
  const rooms = roomsOf(service)
  if (rooms.length <= 1) return rooms[0]?.name
  // API Gateway's two generations share a signing name; the second one's paths begin with /v2.
  if (service === 'apigateway') return request.path.startsWith('/v2/') ? 'apigatewayv2' : 'apigateway'
  return rooms.find(entry => entry.name === service)?.name ?? rooms[0]!.name
}

const bySigningName = new Map<string, ServiceEntry[]>()
const byTarget = new Map<string, ServiceEntry>()

/** The services of a signing name. */
function roomsOf(signingName: string): ServiceEntry[] {
  if (bySigningName.size === 0) {
    for (const entry of serviceIndex()) bySigningName.set(entry.signingName, [...bySigningName.get(entry.signingName) ?? [], entry])
  }
  return bySigningName.get(signingName) ?? []
}

function roomOfTarget(prefix: string): ServiceEntry | undefined {
  if (byTarget.size === 0) for (const entry of serviceIndex()) if (entry.targetPrefix) byTarget.set(entry.targetPrefix, entry)
  return byTarget.get(prefix)
}

function serviceOfHost(host: string): string | undefined {
  const first = host.split('.')[0]!
  return host.includes('.') && serviceIndex().some(entry => entry.signingName === first) ? first : undefined
}

function routeTarget(request: WireRequest, target: string, region: string, signature: Signature | undefined): Route {
  const dot = target.lastIndexOf('.')
  const prefix = target.slice(0, dot)
  const entry = roomOfTarget(prefix)
  const model = entry && loadModel(entry.name)
  if (!model) throw unknownOperation(`Fogbank has no service for the target ${target.slice(0, 128)}${signature ? ` (signed for ${signature.service})` : ''}.`)
  // Services that moved to other protocols are still called by the target of their own.
  const protocol = model.protocol.startsWith('awsJson') ? model.protocol : /json-1\.0/.test(header(request, 'content-type') ?? '') ? 'awsJson1_0' : 'awsJson1_1'
  return routeNamed(model, target.slice(dot + 1), protocol, region)
}

function routeCbor(_request: WireRequest, service: string, operation: string, region: string): Route {
  const entry = serviceIndex().find(each => each.targetPrefix === service || each.sdkId.replaceAll(' ', '') === service)
  const model = entry && loadModel(entry.name)
  if (!model) throw unknownOperation(`Fogbank has no service named ${service.slice(0, 128)}.`)
  return routeNamed(model, operation, 'rpcv2Cbor', region)
}

function routeNamed(model: ServiceModel, name: string, protocol: ProtocolName, region: string): Route {
  const operation = Object.hasOwn(model.operations, name) ? model.operations[name]! : undefined
  if (!operation) return refusal(model, name, protocol, region, unknownOperation(undefined))
  return routeTo(model, operation, protocol, region, {})
}

function routeS3(request: WireRequest, region: string, bucketOfHostName?: string): Route {
  const model = loadModel('s3')!
  let path = request.path
  let bucket = bucketOfHostName
  if (bucket === undefined && path.length > 1) {
    const slash = path.indexOf('/', 1)
    bucket = decodeURIComponentSafely(path.slice(1, slash < 0 ? undefined : slash))
    path = slash < 0 ? '/' : path.slice(slash)
  }
  if (request.method === 'POST' && bucket !== undefined && path === '/' && request.query === '') return routePost(model, region, bucket)
  const match = matchRest(model, { ...request, path }, bucket)
  if (match) return routeTo(model, match.operation, 'restXml', region, match.labels)
  return refusal(
    model, request.method, 'restXml', region,
    new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', { status: 405 }),
  )
}

/** A browser's form: PutObject, once the form has said of which key. */
function routePost(model: ServiceModel, region: string, bucket: string): Route {
  const route = (Key: string) => routeTo(model, model.operations.PutObject!, 'restXml', region, { Bucket: bucket, Key })
  return { ...route(''), formBucket: bucket, read: (request, body) => route(decodeURIComponent(request.path.slice(1))).read(request, body) }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A route whose operation is refused once the caller is known, as AWS does. */
function refusal(model: ServiceModel, operation: string, protocol: ProtocolName, region: string, error: AwsError): Route {
  return { ...frame(model, operation, protocol, region), bodyMaxBytes: 16 * megabyte, read: () => { throw error }, write: () => { throw error } }
}

function frame(model: ServiceModel, operation: string, protocol: ProtocolName, region: string) {
  const s3 = model.name === 's3'
  return {
    service: model.name, operation, region, family: s3 ? 's3' as const : families[protocol] ?? 'json' as const, anonymous: s3 || model.name === 'sts',
    writeError: (error: AwsError, requestId: string) => withRequestId(writeError(model, protocol, error, requestId), s3, requestId),
  }
}

function withRequestId<R extends { headers?: Record<string, string | string[]> }>(response: R, s3: boolean, requestId: string): R {
  return s3 ? { ...response, headers: { ...response.headers, 'x-amz-request-id': requestId, 'x-amz-id-2': requestId } } : response
}

function routeTo(model: ServiceModel, operation: OperationModel, protocol: ProtocolName, region: string, labels: Record<string, string>): Route {
  const codec = codecOf(model, operation, protocol)
  const route = frame(model, operation.name, protocol, region)
  return {
    ...route, ...!codec.streamsInput && { bodyMaxBytes: maxBytesOf(model.name, operation.name) },
    ...model.name === 'lambda' && { tooLarge: () => requestTooLarge(operation.name) },
    read(request: WireRequest, body: Buffer | Readable) {
      const input = codec.read(request, body, labels)
      validate(model, operation, input)
      return input
    },
    write: (output: any, requestId: string) => withRequestId(codec.write(output, requestId), route.family === 's3', requestId),
  }
}

const maxBytesOf = (room: string, operation: string): number => uploads.has(operation) ? uploadMaxBytes : bodyMaxBytes[room] ?? 5 * megabyte

const requestTooLarge = (operation: string) => new AwsError('RequestEntityTooLargeException',
  `Request must be smaller than ${maxBytesOf('lambda', operation)} bytes for the ${operation === 'Invoke' ? 'InvokeFunction' : operation} operation`,
  { status: 413 })

/** The last value of a name. */
function parameter(pairs: readonly [string, string][], name: string): string | undefined {
  for (let at = pairs.length - 1; at >= 0; at--) if (pairs[at]![0] === name) return pairs[at]![1]
  return undefined
}

/** A form names its operation in the body, and without a signature its service by the API's version. */
function routeForm(known: ServiceModel | undefined, protocol: 'awsQuery' | 'ec2Query', region: string): Route {
  let model = known
  let write: Route['write'] | undefined
  const route: Route = {
    service: known?.name ?? 'sts', operation: '', region, family: protocol === 'ec2Query' ? 'ec2' : 'query', bodyMaxBytes: 5 * megabyte,
    anonymous: known === undefined || known.name === 'sts',
    read(request, body) {
      const pairs = formPairs(request, unzipped(request, body as Buffer))
      const action = parameter(pairs, 'Action') ?? ''
      const version = parameter(pairs, 'Version')
      model ??= loadModel(serviceIndex().find(entry => entry.version === version && entry.protocol === 'awsQuery')?.name ?? 'sts')
      const operation = model && Object.hasOwn(model.operations, action) ? model.operations[action] : undefined
      if (!model || !operation) {
        const message = action === '' ? 'Missing Action' : `Could not find operation ${action.slice(0, 128)} for version ${version ?? 'NO_VERSION_SPECIFIED'}`
        throw new AwsError(action === '' ? 'MissingAction' : 'InvalidAction', message)
      }
      if (!header(request, 'authorization') && !/X-Amz-Signature=/.test(request.query) && !anonymousOperations.has(action)) {
        throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', { status: 403 })
      }
      route.service = model.name
      route.operation = operation.name
      const codec = codecOf(model, operation, protocol)
      write = (output, requestId) => codec.write(output, requestId)
      const input = codec.readForm!(pairs)
      // SQS clients of the query protocol send to the queue's own address.
      if (model.name === 'sqs' && input.QueueUrl === undefined && request.path.length > 1) input.QueueUrl = request.path
      validate(model, operation, input)
      return input
    },
    write: (output, requestId) => write!(output, requestId),
    writeError: (error, requestId) => writeError(model, protocol, error, requestId),
  }
  return route
}
