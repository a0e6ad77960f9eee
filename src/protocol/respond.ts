import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { HttpResponse } from '../contracts/call.ts'
import type { Exchange } from './request-body.ts'
import { header, type WireRequest } from './wire.ts'

/** Cross-origin headers that AWS's endpoints send to browsers: whoever signs may call from any page. */
const corsHeaders = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' }

/** The answer to a browser that asks whether it may send a request. */
export function preflight(wire: WireRequest): HttpResponse {
  return { status: 200, headers: {
    'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD, PATCH',
    'access-control-allow-headers': header(wire, 'access-control-request-headers') ?? '*',
    'access-control-max-age': '172800',
  } }
}

/**
 * Writes the answer; resolves when its body has been handed to the socket. Rejects where a body breaks off. `ownCors`: the answer has its own
 * cross-origin headers.
 */
export function respond(exchange: Exchange, answer: HttpResponse, ownCors = false): Promise<void> | undefined {
  const { wire, request, response, requestId } = exchange
  const { body } = answer
  // A claimant's answer may bear a request id of its own kind.
  const headers: Record<string, string | string[] | number> = { ...answer.headers }
  if (!headers['apigw-requestid']) headers['x-amzn-requestid'] ??= requestId
  if (wire.headers.origin !== undefined && !ownCors) Object.assign(headers, exchange.crossOrigin ?? corsHeaders)
  if (!request.complete && !exchange.awaitsContinue) leaveBody(exchange)
  if (body instanceof Readable) {
    response.writeHead(answer.status, headers)
    if (wire.method !== 'HEAD') return pipeline(body, response)
    body.destroy()
    response.end()
    return undefined
  }
  const bytes = body === undefined ? undefined : Buffer.byteLength(body)
  if (bytes !== undefined) headers['content-length'] ??= bytes
  response.writeHead(answer.status, headers)
  if (body === undefined || wire.method === 'HEAD') response.end()
  // Text of as many characters as bytes is ASCII, which goes out without being encoded; few bytes go out with the head, in one piece.
  else if (typeof body === 'string') response.end(body, body.length === bytes ? 'latin1' : 'utf8')
  else if (body.byteLength <= joinedBytesMax) response.end(latin1(body), 'latin1')
  else response.end(body)
  return undefined
}

const joinedBytesMax = 4096
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const unreadBytesMax = 16 * 1_048_576
const unreadMs = 5000

/**
 * An answer before the body is in: the caller is still sending and reads the answer only afterwards, so what it sends is thrown away, up to a bound of
 * bytes and time. (To a caller that waits for our word to send its body, Node says that the connection is over.)
 */
function leaveBody({ request }: Exchange): void {
  const { socket } = request
  // Whoever read the body has given it up already, and the socket with it.
  if (!socket || request.destroyed) return
  let left = unreadBytesMax
  const timer = setTimeout(() => socket.destroy(), unreadMs).unref()
  request.on('data', (piece: Buffer) => { if ((left -= piece.length) < 0) socket.destroy() })
  request.on('end', () => clearTimeout(timer))
  request.on('error', () => clearTimeout(timer))
}
