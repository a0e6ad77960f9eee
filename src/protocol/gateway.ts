import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Call, HttpRequest, HttpResponse } from '../contracts/call.ts'
import type { CrossOriginAnswer, CrossOriginRequest } from '../contracts/cross-origin.ts'
import type { CredentialsAnswer, Identity } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import { AwsError, InternalFailure } from '../platform/errors.ts'
import type { Logger } from '../platform/logging.ts'
import { traceOf } from '../platform/tracing.ts'
import { crossOriginRequest } from './cross-origin.ts'
import { acceptHttp2 } from './http2.ts'
import { hostOf } from './hosts.ts'
import { isHash, readWhole, shaMismatch, streamBody, type Exchange } from './request-body.ts'
import { preflight, respond } from './respond.ts'
import { signatureError } from './signature-errors.ts'
import type { ErrorFamily, SignatureFault } from './signature-errors.ts'
import { parseSignature2, verifySignature2 } from './sigv2.ts'
import { checkSignedHeaders, checkTime, emptyHash, parseSignature, scopeText, SignatureFaultError, verifySignature } from './sigv4.ts'
import type { Signature } from './sigv4.ts'
import { signingKey } from './signing-key.ts'
import { StalledExchanges } from './stalled.ts'
import { header, splitTarget } from './wire.ts'
import type { WireRequest } from './wire.ts'

// As an ES module it would be read whole, with its WebSocket, which loads a fetch client of 14 MB in 20 ms.
const { createServer } = process.getBuiltinModule('node:http')

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
  /** The bucket of a browser's form, which says by its fields who signed it and what it stores. */
  formBucket?: string
  /** Reads and validates the input. A query protocol names its operation in the body: then this sets `operation`. */
  read(request: WireRequest, body: Buffer | Readable): unknown
  write(output: any, requestId: string): HttpResponse
  writeError(error: AwsError, requestId: string): HttpResponse
}

type Claimed = (request: HttpRequest) => Promise<HttpResponse>

export interface GatewayOptions {
  host: string
  port: number
  /** Throws AwsError (NotImplemented, UnknownOperationException) for what nobody serves. */
  route(request: WireRequest, signature: Signature | undefined): Route
  /** Answers a request that is no AWS operation, where a service claims it: an HTTP API, a function URL. */
  claim?: (request: { host: string, path: string, method: string }) => Claimed | undefined | Promise<Claimed | undefined>
  /** What a bucket tells browsers; undefined where there is no such bucket. Absent: every origin may. */
  crossOrigin?: (request: CrossOriginRequest) => Promise<CrossOriginAnswer | undefined>
  /** Writes an error of a request that has no route. */
  writeError(error: AwsError, requestId: string): HttpResponse
  perform(call: Call): Promise<any>
  identity: Identity
  log: Logger
  /** Milliseconds since 1970; real time, since callers sign with theirs. */
  now(): number
  newId(): string
  /** How long nothing of a body may move before its connection ends; S3 gives it 20 seconds. */
  stalledMs?: number
}

export interface Gateway {
  port: number
  serveConnection(socket: Socket): void
  /** Takes no more requests; resolves when the running ones are answered, or after the given time. */
  close(drainMs?: number): Promise<void>
}

const nobody: CredentialsAnswer = { principal: { type: 'anonymous', account: '', arn: 'anonymous', userId: 'anonymous' } }
const claimedBodyMaxBytes = 10_485_760

/** A body is not bounded by time, since a large one takes its own; that it keeps moving is StalledExchanges' business. */
const limits = {
  keepAliveTimeout: 75_000, headersTimeout: 60_000, requestTimeout: 0, maxHeaderSize: 32_768, noDelay: true, keepAlive: true,
  keepAliveInitialDelay: 60_000,
}

/** Starts the HTTP server through which every AWS operation comes in. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const stalled = new StalledExchanges(options.stalledMs ?? 20_000)
  const take = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
    const wire: WireRequest = { method: request.method!, ...splitTarget(request.url!), headers: request.headers, rawHeaders: request.rawHeaders }
    const exchange: Exchange = { wire, request, response, requestId: options.newId(), awaitsContinue }
    stalled.add(exchange)
    response.on('close', () => stalled.delete(exchange))
    void serve(options, exchange)
  }
  const server = createServer(limits, (request, response) => take(request, response, false))
  server.on('checkContinue', (request, response) => take(request, response, true))
  const held = acceptHttp2(server, (request, response) => take(request, response, false))
  const at = boundTo(options) ?? { port: options.port, host: options.host }
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, () => resolve()))
  return {
    port: (server.address() as AddressInfo).port,
    serveConnection(socket) {
      handedIn.add(socket)
      server.emit('connection', socket)
    },
    close: (drainMs = 5000) => new Promise((resolve) => {
      const timer = setTimeout(() => {
        server.closeAllConnections()
        held.destroy()
      }, drainMs)
      // A connection whose last answer ends from now on would be kept for the next request.
      const endIdle = () => {
        server.closeIdleConnections()
        held.end()
      }
      const idle = setInterval(endIdle, idleCheckMs)
      server.close(() => (clearTimeout(timer), clearInterval(idle), stalled.stop(), resolve()))
      endIdle()
    }),
  }
}

const idleCheckMs = 20

/**
 * A socket that is bound to a numeric IPv4 address already, where this Node has such: the way by names loads its resolver and tells addresses apart
 * with an expression that takes 3 ms to compile. What cannot be bound fails that way then, with the error that callers know.
 */
function boundTo({ host, port }: GatewayOptions): object | undefined {
  const { BoundSocket } = process.getBuiltinModule('node:net') as { BoundSocket?: new (options: { host: string, port: number }) => object }
  if (!BoundSocket || !/^\d+(\.\d+){3}$/.test(host)) return undefined
  try {
    return new BoundSocket({ host, port })
  } catch {
    return undefined
  }
}

const health: HttpResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"running"}' }

async function serve(options: GatewayOptions, exchange: Exchange): Promise<void> {
  const { wire } = exchange
  try {
    if (wire.path === '/_fogbank/health') return await respond(exchange, health)
    const host = hostOf(wire)
    const found = options.claim?.({ host, path: wire.path, method: wire.method })
    const claimed = found instanceof Promise ? await found : found
    if (claimed) return await respond(exchange, await claimed(await claimedRequest(options, exchange, host)), true)
    if (wire.method === 'OPTIONS' && wire.headers['access-control-request-method']) return await respond(exchange, ...await granted(options, exchange))
    const writing = respond(exchange, await answer(options, exchange))
    if (writing) await writing
  } catch (error) {
    options.log.debug('a response broke off', { requestId: exchange.requestId, error: String(error) })
    exchange.response.destroy()
  }
}

/** The answer to a preflight, and whether it has its own cross-origin headers: a bucket's rules decide, where it is for one. */
async function granted(options: GatewayOptions, { wire, requestId }: Exchange): Promise<[HttpResponse, boolean]> {
  const asked = crossOriginRequest(wire)
  const told = asked && await options.crossOrigin?.(asked)
  if (!told) return [preflight(wire), false]
  if (told.refusal) return [options.route(wire, undefined).writeError(told.refusal as AwsError, requestId), true]
  return [{ status: 200, headers: told.headers }, true]
}

/** A claimed request, with who signed it where somebody did. Its body is read whole: what is signed there is its hash. */
async function claimedRequest(options: GatewayOptions, exchange: Exchange, host: string): Promise<HttpRequest> {
  const { wire, request, response, requestId } = exchange
  const headers = distinctHeaders(wire)
  const read = await readClaimed(exchange)
  const whole = read ?? Buffer.alloc(0)
  const signer = await claimedSigner(options, exchange, whole)
  const signal = hangUp(response)
  return {
    method: wire.method, path: wire.path, query: wire.query, headers, host, bytes: whole, get body() { return Readable.from([whole], { objectMode: false }) },
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1', requestId, ...!read && { bodyTooLarge: true as const }, ...signer, get signal() { return signal() },
  }
}

/** The whole body; undefined where it is too large, which the claimant says in its own words. */
async function readClaimed(exchange: Exchange): Promise<Buffer | undefined> {
  try {
    return await readWhole(exchange, claimedBodyMaxBytes, () => tooLarge(claimedBodyMaxBytes))
  } catch (error) {
    if (error instanceof AwsError && error.status === 413) return undefined
    throw error
  }
}

/** The headers as they were sent: values of one that came more than once, which Node's own form joins, as an array. */
function distinctHeaders(wire: WireRequest): Record<string, string | string[]> {
  // Names with a colon are HTTP/2's own.
  const sent = Object.entries(wire.headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined && entry[0][0] !== ':')
  const headers = Object.fromEntries(sent)
  const raw = wire.rawHeaders ?? []
  const first = new Set<string>()
  const repeated = new Set<string>()
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase()
    if (first.has(name) && name in headers) repeated.add(name)
    first.add(name)
  }
  for (const name of repeated) headers[name] = raw.filter((_, at) => at % 2 === 1 && raw[at - 1]!.toLowerCase() === name)
  return headers
}

async function claimedSigner(options: GatewayOptions, exchange: Exchange, body: Buffer): Promise<{ principal?: Principal, signatureError?: string }> {
  const { wire } = exchange
  try {
    // A bearer token in the Authorization header is the application's own business.
    const signature = header(wire, 'authorization')?.startsWith('AWS4') || wire.query.includes('X-Amz-Signature') ? parseSignature(wire) : undefined
    if (!signature) return {}
    checkTime(signature, options.now())
    const found = await credentialsOf(options, exchange, signature)
    if ('error' in found) return { signatureError: signatureError(credentialsFault(found.error, signature), 'restJson').message }
    const declared = header(wire, 'x-amz-content-sha256')
    const actual = hash('sha256', body, 'hex')
    // What is signed is the hash that was declared, so the body has to be the one that it is of.
    if (declared !== undefined && isHash(declared) && declared !== actual) return { signatureError: shaMismatch().message }
    const payloadHash = declared ?? actual
    if (found.secretAccessKey !== undefined) verifySignature(wire, signature, { secretAccessKey: found.secretAccessKey, payloadHash, s3: false })
    return { principal: found.principal }
  } catch (error) {
    const known = awsErrorOf(error, undefined)
    if (!known) throw error
    return { signatureError: known.message }
  }
}

async function answer(options: GatewayOptions, exchange: Exchange): Promise<HttpResponse> {
  const { wire, requestId } = exchange
  let route: Route | undefined
  try {
    const signed = readSignature(wire)
    route = options.route(wire, signed.signature)
    const asked = route.family === 's3' && options.crossOrigin ? crossOriginRequest(wire) : undefined
    if (asked) exchange.crossOrigin = (await options.crossOrigin!(asked))?.headers
    if (route.formBucket !== undefined) return await answerPost(options, exchange, route, route.formBucket)
    if (signed.fault) throw signatureError(signed.fault, route.family)
    // Every turn of the microtasks costs a request, so only what is not known yet is waited for.
    const pending = callerOf(options, exchange, route, signed.signature)
    const caller = pending instanceof Promise ? await pending : pending
    if ('error' in caller) throw signatureError(credentialsFault(caller.error, signed.signature!), route.family)
    if (signed.signature && route.family === 's3' && signed.signature.expiresAtMs === undefined) checkSignedHeaders(wire, signed.signature)
    const unread = wholeBody(exchange, route)
    const whole = unread instanceof Promise ? await unread : unread
    const body = verifiedBody(exchange, route, { signature: signed.signature, secretAccessKey: caller.secretAccessKey, whole })
    const input = route.read(wire, body)
    return route.write(await options.perform(callOf(exchange, route, caller.principal, input)), requestId)
  } catch (error) {
    const known = awsErrorOf(error, route) ?? unexpected(options, error, requestId, route)
    return route ? route.writeError(known, requestId) : options.writeError(known, requestId)
  }
}

function callOf({ wire, request, response, requestId }: Exchange, route: Route, principal: Principal, input: unknown): Call {
  const call: Call = {
    service: route.service, operation: route.operation, input, principal, account: principal.account, region: route.region, requestId,
    sourceIp: request.socket.remoteAddress, userAgent: header(wire, 'user-agent'), secureTransport: isSecure(request.socket), signal: hangUp(response),
  }
  const trace = traceOf(header(wire, 'x-amzn-trace-id'))
  if (trace) call.trace = trace
  return call
}

/** A file that a browser uploads to a bucket with a form. */
async function answerPost(options: GatewayOptions, exchange: Exchange, route: Route, bucket: string): Promise<HttpResponse> {
  const { readPost, postAnswer } = await import('./post-form/post-form.ts')
  const { form, principal, region, request, body, source } = await readPost(exchange, bucket, key => credentialsOf(options, exchange, key), options.now())
  try {
    const call = callOf(exchange, route, principal, route.read(request, body))
    return postAnswer(exchange, bucket, form, route.write(await options.perform({ ...call, region: region ?? route.region }), exchange.requestId))
  } finally {
    void source.return(undefined)
  }
}

/** A signature that cannot be read is told of once the route says how the service words it. */
function readSignature(wire: WireRequest): { signature?: Signature, fault?: SignatureFault } {
  try {
    return { signature: parseSignature2(wire) ?? parseSignature(wire) }
  } catch (error) {
    if (error instanceof SignatureFaultError) return { fault: error.fault }
    throw error
  }
}

function awsErrorOf(error: unknown, route: Route | undefined): AwsError | undefined {
  if (error instanceof SignatureFaultError) return signatureError(error.fault, route?.family ?? 'json')
  return error instanceof AwsError ? error : undefined
}

function unexpected(options: GatewayOptions, error: unknown, requestId: string, route: Route | undefined): AwsError {
  const told = error instanceof Error ? error.stack : String(error)
  options.log.error('unexpected error', { requestId, service: route?.service, operation: route?.operation, error: told })
  return new InternalFailure('The request processing has failed because of an unknown error, exception or failure.')
}

/** The signal that the caller has hung up, made when it is first asked for. */
function hangUp(response: ServerResponse): () => AbortSignal {
  let controller: AbortController | undefined
  return () => {
    if (controller) return controller.signal
    const made = controller = new AbortController()
    const closed = () => { if (!response.writableFinished) made.abort() }
    if (response.closed) closed()
    else response.once('close', closed)
    return made.signal
  }
}

/** Whose key signed, and its secret, with which the signature is verified once the body is there. */
function callerOf(
  options: GatewayOptions, exchange: Exchange, route: Route, signature: Signature | undefined,
): CredentialsAnswer | Promise<CredentialsAnswer> {
  if (signature === undefined) {
    if (!route.anonymous) throw signatureError({ kind: 'missing' }, route.family)
    return nobody
  }
  checkTime(signature, options.now())
  return credentialsOf(options, exchange, signature)
}

interface Signed { signature: Signature | undefined, secretAccessKey: string | undefined, whole: Buffer | undefined }

/** Verifies the signature, and hands on the body: whole where the route bounds it, otherwise as a decoded stream. */
function verifiedBody(exchange: Exchange, route: Route, { signature, secretAccessKey, whole }: Signed): Buffer | Readable {
  const { wire } = exchange
  const s3 = route.family === 's3'
  const declared = s3 || whole === undefined ? header(wire, 'x-amz-content-sha256') : undefined
  if (signature === undefined) return whole ?? streamBody(exchange, declared, undefined)
  const payloadHash = payloadHashOf(signature, s3, declared, whole)
  if (secretAccessKey !== undefined) {
    if (signature.expiresAtMs === undefined) verifySignature(wire, signature, { secretAccessKey, payloadHash, s3 })
    else verifySignature2(wire, signature, secretAccessKey)
  }
  if (whole !== undefined) {
    if (s3 && isHash(payloadHash) && hash('sha256', whole, 'hex') !== payloadHash) throw shaMismatch()
    return whole
  }
  const signer = secretAccessKey === undefined ? undefined
    : {
      key: signingKey(secretAccessKey, signature.date, signature.region, signature.service), time: signature.time, scope: scopeText(signature),
      seed: signature.signature,
    }
  return streamBody(exchange, declared, signer)
}

/** Undefined where the route takes its body as a stream. */
const wholeBody = (exchange: Exchange, { bodyMaxBytes, tooLarge: own }: Route) =>
  bodyMaxBytes === undefined ? undefined : readWhole(exchange, bodyMaxBytes, own ?? (() => tooLarge(bodyMaxBytes)))

const tooLarge = (maxBytes: number) =>
  new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${maxBytes} bytes for this operation`, { status: 413 })

/** What stands for the body in the canonical request: S3 believes the header, and checks it afterwards; the others hash the body. */
function payloadHashOf(signature: Signature, s3: boolean, declared: string | undefined, body: Buffer | undefined): string {
  if (!s3 && body !== undefined) return body.length === 0 ? emptyHash : hash('sha256', body, 'hex')
  if (declared !== undefined) return declared
  if (s3 && !signature.presigned) throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  return 'UNSIGNED-PAYLOAD'
}

const credentialsOf = (options: GatewayOptions, { wire, request }: Exchange, { accessKeyId, sessionToken }: Pick<Signature, 'accessKeyId' | 'sessionToken'>) =>
  options.identity.credentials({ accessKeyId, sessionToken, loopback: isLoopback(request.socket) && isOwnPage(wire) })

function credentialsFault(error: 'unknown' | 'inactive' | 'expired' | 'invalid-token', signature: Signature): SignatureFault {
  if (error === 'expired') return { kind: 'expired-token' }
  return error === 'invalid-token' ? { kind: 'invalid-token' } : { kind: 'unknown', accessKeyId: signature.accessKeyId }
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

const localOrigin = /^https?:\/\/(?:[a-z0-9.-]+\.)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

/** A page of somebody else's site, open in a browser on this machine, comes over loopback too; it must not be the root of the account for it. */
function isOwnPage(wire: WireRequest): boolean {
  const origin = header(wire, 'origin')
  return origin === undefined || localOrigin.test(origin)
}
