import { createHash, hash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Call, HttpRequest, HttpResponse } from '../contracts/call.ts'
import type { Identity } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import { AwsError, InternalFailure } from '../platform/errors.ts'
import type { Logger } from '../platform/logging.ts'
import { decodeChunks } from './chunked.ts'
import { signatureError } from './signature-errors.ts'
import type { ErrorFamily, SignatureFault } from './signature-errors.ts'
import { checkSignedHeaders, checkTime, parseSignature, scopeText, SignatureFaultError, signingKey, verifySignature } from './sigv4.ts'
import type { Signature } from './sigv4.ts'
import { header, splitTarget } from './wire.ts'
import type { WireRequest } from './wire.ts'

/** Where a request belongs, and how its service reads and writes. */
export interface Route {
  service: string
  operation: string
  region: string
  family: ErrorFamily
  /** Of a body that is read whole; it is handed to `read` as a stream where this is absent. */
  bodyMaxBytes?: number
  /** The service's own word for a body that is larger. */
  tooLarge?: () => AwsError
  /** A request without a signature is let through as anonymous (S3, STS with a token). */
  anonymous?: boolean
  /** Reads and validates the input. A query protocol names its operation in the body: then this sets `operation`. */
  read(request: WireRequest, body: Buffer | Readable): unknown
  write(output: any, requestId: string): HttpResponse
  writeError(error: AwsError, requestId: string): HttpResponse
}

export interface GatewayOptions {
  host: string
  port: number
  /** Throws AwsError (NotImplemented, UnknownOperationException) for what nobody serves. */
  route(request: WireRequest, signature: Signature | undefined): Route | Promise<Route>
  /** Answers a request that is no AWS operation, where a service claims it: an HTTP API, a function URL. */
  claim?: (request: { host: string, path: string, method: string }) => ((request: HttpRequest) => Promise<HttpResponse>) | undefined
  /** Writes an error of a request that has no route. */
  writeError(error: AwsError, requestId: string): HttpResponse
  perform(call: Call): Promise<any>
  identity: Identity
  log: Logger
  /** Milliseconds since 1970; real time, since callers sign with theirs. */
  now(): number
  newId(): string
}

export interface Gateway {
  port: number
  serveConnection(socket: Socket): void
  /** Takes no more requests; resolves when the running ones are answered, or after the given time. */
  close(drainMs?: number): Promise<void>
}

const anonymous: Principal = { type: 'anonymous', account: '', arn: 'anonymous', userId: 'anonymous' }
const corsHeaders = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' }

/** Starts the HTTP server through which every AWS operation comes in. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer({ keepAliveTimeout: 75_000, headersTimeout: 60_000, requestTimeout: 0, maxHeaderSize: 32_768, noDelay: true }, (request, response) => {
    void serve(options, request, response)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, options.host, () => resolve()))
  return {
    port: (server.address() as AddressInfo).port,
    serveConnection(socket) {
      handedIn.add(socket)
      server.emit('connection', socket)
    },
    close: (drainMs = 5000) => new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), drainMs)
      server.close(() => (clearTimeout(timer), resolve()))
      server.closeIdleConnections()
    }),
  }
}

async function serve(options: GatewayOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = options.newId()
  const wire: WireRequest = { method: request.method!, ...splitTarget(request.url!), headers: request.headers, rawHeaders: request.rawHeaders }
  try {
    if (wire.path === '/_fogbank/health') return await send(wire, response, { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"running"}' }, requestId)
    const host = hostOf(wire)
    const claimed = options.claim?.({ host, path: wire.path, method: wire.method })
    if (claimed) {
      const answered = await claimed(await httpRequest(options, wire, host, request, response, requestId))
      // Cross-origin headers are the claimant's own business.
      return await send({ ...wire, headers: { ...wire.headers, origin: undefined } }, response, answered, requestId)
    }
    if (wire.method === 'OPTIONS' && wire.headers['access-control-request-method']) return await send(wire, response, preflight(wire), requestId)
    await send(wire, response, await answer(options, wire, request, response, requestId), requestId)
  } catch (error) {
    options.log.debug('a response broke off', { requestId, error: String(error) })
    response.destroy()
  }
}

/** A claimed request, with who signed it where somebody did. Its body is read whole: what is signed there is its hash. */
async function httpRequest(
  options: GatewayOptions, wire: WireRequest, host: string, request: IncomingMessage, response: ServerResponse, requestId: string,
): Promise<HttpRequest> {
  const headers = Object.fromEntries(Object.entries(wire.headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined))
  const whole = await readWhole(request, claimedBodyMaxBytes)
  const signer = await claimedSigner(options, wire, whole, request)
  return {
    method: wire.method, path: wire.path, query: wire.query, headers, host, body: Readable.from([whole], { objectMode: false }), sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    requestId, signal: hangUp(response), ...signer,
  }
}

const claimedBodyMaxBytes = 10_485_760

async function claimedSigner(options: GatewayOptions, wire: WireRequest, body: Buffer, request: IncomingMessage): Promise<{ principal?: Principal, signatureError?: string }> {
  try {
    // A bearer token in the Authorization header is the application's own business.
    const signature = header(wire, 'authorization')?.startsWith('AWS4') || wire.query.includes('X-Amz-Signature') ? parseSignature(wire) : undefined
    if (!signature) return {}
    checkTime(signature, options.now())
    const found = await options.identity.credentials({ accessKeyId: signature.accessKeyId, sessionToken: signature.sessionToken, loopback: isLoopback(request.socket) })
    if ('error' in found) return { signatureError: signatureError(credentialsFault(found.error, signature), 'restJson').message }
    const payloadHash = header(wire, 'x-amz-content-sha256') ?? hash('sha256', body, 'hex')
    if (found.secretAccessKey !== undefined) verifySignature(wire, signature, { secretAccessKey: found.secretAccessKey, payloadHash, s3: false })
    return { principal: found.principal }
  } catch (error) {
    const known = awsErrorOf(error, undefined)
    if (!known) throw error
    return { signatureError: known.message }
  }
}

/** The host that was asked for, in lower case, without its port. */
export const hostOf = (wire: WireRequest): string => (header(wire, 'host') ?? '').toLowerCase().replace(/:\d+$/, '')

function preflight(wire: WireRequest): HttpResponse {
  return { status: 200, headers: {
    'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD, PATCH', 'access-control-allow-headers': header(wire, 'access-control-request-headers') ?? '*', 'access-control-max-age': '3600',
  } }
}

async function answer(options: GatewayOptions, wire: WireRequest, request: IncomingMessage, response: ServerResponse, requestId: string): Promise<HttpResponse> {
  let route: Route | undefined
  try {
    let signature: Signature | undefined
    let fault: SignatureFault | undefined
    try {
      signature = parseSignature(wire)
    } catch (error) {
      if (!(error instanceof SignatureFaultError)) throw error
      fault = error.fault
    }
    route = await options.route(wire, signature)
    if (fault) throw signatureError(fault, route.family)
    const { principal, body } = await authenticate(options, route, wire, signature, request)
    const input = await route.read(wire, body)
    const output = await options.perform({
      service: route.service, operation: route.operation, input, principal, account: principal.account, region: route.region, requestId,
      sourceIp: request.socket.remoteAddress, userAgent: header(wire, 'user-agent'), secureTransport: isSecure(request.socket), signal: hangUp(response),
    })
    return route.write(output, requestId)
  } catch (error) {
    const known = awsErrorOf(error, route) ?? unexpected(options, error, requestId, route)
    return route ? route.writeError(known, requestId) : options.writeError(known, requestId)
  }
}

function awsErrorOf(error: unknown, route: Route | undefined): AwsError | undefined {
  if (error instanceof SignatureFaultError) return signatureError(error.fault, route?.family ?? 'json')
  return error instanceof AwsError ? error : undefined
}

function unexpected(options: GatewayOptions, error: unknown, requestId: string, route: Route | undefined): AwsError {
  options.log.error('unexpected error', { requestId, service: route?.service, operation: route?.operation, error: error instanceof Error ? error.stack : String(error) })
  return new InternalFailure('The request processing has failed because of an unknown error, exception or failure.')
}

function hangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => { if (!response.writableFinished) controller.abort() })
  return controller.signal
}

/** Verifies who signed, and hands on the body: whole where the route bounds it, otherwise as a decoded stream. */
async function authenticate(
  options: GatewayOptions, route: Route, wire: WireRequest, signature: Signature | undefined, request: IncomingMessage,
): Promise<{ principal: Principal, body: Buffer | Readable }> {
  const declared = header(wire, 'x-amz-content-sha256')
  if (signature === undefined) {
    if (!route.anonymous) throw signatureError({ kind: 'missing' }, route.family)
    return { principal: anonymous, body: route.bodyMaxBytes === undefined ? streamOf(request, wire, declared) : await readWhole(request, route.bodyMaxBytes, route.tooLarge) }
  }
  checkTime(signature, options.now())
  const pending = options.identity.credentials({ accessKeyId: signature.accessKeyId, sessionToken: signature.sessionToken, loopback: isLoopback(request.socket) })
  const found = pending instanceof Promise ? await pending : pending
  if ('error' in found) throw signatureError(credentialsFault(found.error, signature), route.family)
  const s3 = route.family === 's3'
  if (s3) checkSignedHeaders(wire, signature)
  const body = route.bodyMaxBytes === undefined ? undefined : await readWhole(request, route.bodyMaxBytes, route.tooLarge)
  const payloadHash = s3 ? declared ?? (signature.presigned ? 'UNSIGNED-PAYLOAD' : missingHash()) : body === undefined ? declared ?? 'UNSIGNED-PAYLOAD' : hash('sha256', body, 'hex')
  if (found.secretAccessKey !== undefined) verifySignature(wire, signature, { secretAccessKey: found.secretAccessKey, payloadHash, s3 })
  if (body !== undefined) {
    if (s3 && /^[0-9a-f]{64}$/.test(payloadHash) && hash('sha256', body, 'hex') !== payloadHash) throw shaMismatch()
    return { principal: found.principal, body }
  }
  return { principal: found.principal, body: streamOf(request, wire, declared, found.secretAccessKey === undefined ? undefined : { signature, secret: found.secretAccessKey }) }
}

function missingHash(): never {
  throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
}

const shaMismatch = () => new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.")

function credentialsFault(error: 'unknown' | 'inactive' | 'expired' | 'invalid-token', signature: Signature): SignatureFault {
  if (error === 'expired') return { kind: 'expired-token' }
  return error === 'invalid-token' ? { kind: 'invalid-token' } : { kind: 'unknown', accessKeyId: signature.accessKeyId }
}

function streamOf(request: IncomingMessage, wire: WireRequest, declared: string | undefined, signer?: { signature: Signature, secret: string }): Readable {
  if (!declared?.startsWith('STREAMING-')) return declared !== undefined && /^[0-9a-f]{64}$/.test(declared) ? Readable.from(hashed(request, declared), { objectMode: false }) : request
  if (!/^STREAMING-(?:AWS4-HMAC-SHA256-PAYLOAD|UNSIGNED-PAYLOAD)(?:-TRAILER)?$/.test(declared)) throw new AwsError('NotImplemented', `A payload of ${declared} is not supported.`, { status: 501 })
  const length = header(wire, 'x-amz-decoded-content-length')
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 })
  const { signature, secret } = signer ?? {}
  const chain = signature && declared.startsWith('STREAMING-AWS4')
    ? { key: signingKey(secret!, signature.date, signature.region, signature.service), time: signature.time, scope: scopeText(signature), seed: signature.signature }
    : undefined
  const trailers = new Map<string, string>()
  const body = Readable.from(decodeChunks(request, { signer: chain, trailers, signedTrailer: declared.endsWith('-TRAILER'), decodedLength: Number(length) }), { objectMode: false })
  return Object.assign(body, { trailers })
}

/** The body as it is, and an error at its end where its SHA-256 is not the one that was signed. */
async function* hashed(source: AsyncIterable<Buffer>, declared: string): AsyncGenerator<Buffer> {
  const running = createHash('sha256')
  for await (const piece of source) {
    running.update(piece)
    yield piece
  }
  if (running.digest('hex') !== declared) throw shaMismatch()
}

async function readWhole(request: IncomingMessage, maxBytes: number, ownError?: () => AwsError): Promise<Buffer> {
  const tooLarge = () => ownError?.() ?? new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${maxBytes} bytes for this operation`, { status: 413 })
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const pieces: Buffer[] = []
  let size = 0
  return await new Promise((resolve, reject) => {
    request.on('data', (piece: Buffer) => {
      size += piece.length
      if (size <= maxBytes) pieces.push(piece)
      else reject(tooLarge())
    })
    request.once('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)))
    request.once('error', reject)
    request.once('close', () => reject(new AwsError('IncompleteBody', 'The request body terminated unexpectedly')))
  })
}

/** Connections from inside sandboxes: their address looks like loopback, and they must not be the root of the account for it. */
const handedIn = new WeakSet<Socket>()

/** TLS, or bytes that do not leave this machine: so the policies that stacks put on buckets and queues (`aws:SecureTransport`) hold for local callers too. */
const isSecure = (socket: Socket): boolean => 'encrypted' in socket || handedIn.has(socket) || isLoopback(socket)

function isLoopback(socket: Socket): boolean {
  if (handedIn.has(socket)) return false
  const address = socket.remoteAddress
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1'
}

async function send(wire: WireRequest, response: ServerResponse, answer: HttpResponse, requestId: string): Promise<void> {
  const headers: Record<string, string | string[] | number> = { 'x-amzn-requestid': requestId, ...answer.headers }
  if (wire.headers.origin) Object.assign(headers, corsHeaders)
  const { body } = answer
  if (body instanceof Readable) {
    response.writeHead(answer.status, headers)
    if (wire.method === 'HEAD') return void response.end(() => body.destroy())
    return await pipeline(body, response)
  }
  if (body !== undefined && headers['content-length'] === undefined) headers['content-length'] = Buffer.byteLength(body)
  response.writeHead(answer.status, headers)
  response.end(wire.method === 'HEAD' ? undefined : body)
}
