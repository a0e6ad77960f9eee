import { Readable } from 'node:stream'
import type { HttpResponse } from '../../../contracts/call.ts'
import { answerHeaders, statusOf } from '../../../platform/http-payload.ts'
import type { Opened } from '../invoke/stream.ts'

const withPrelude = 'application/vnd.awslambda.http-integration-response'
/** What ends the prelude: a zero byte eight times. */
const separator = Buffer.alloc(8)
const preludeBytesMax = 1024 * 1024

/**
 * A streamed answer as HTTP: of `awslambda.HttpResponseStream.from`, whose bytes begin with status, headers and cookies as JSON, or the bytes alone.
 * Undefined where a prelude is none. Where the function fails later, the connection breaks, as the status has been sent.
 */
export async function httpOf(stream: Opened): Promise<HttpResponse | undefined> {
  const { body, contentType = 'application/octet-stream' } = stream
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  if (contentType !== withPrelude) return { status: 200, headers: { 'content-type': contentType }, body: restOf(stream, Buffer.alloc(0), pieces) }
  const read = await readPrelude(pieces).catch(() => undefined)
  const status = read && statusOf({ statusCode: 200, ...read.prelude })
  if (!read || status === undefined) {
    body.destroy()
    return undefined
  }
  const headers = { 'content-type': 'application/octet-stream', ...answerHeaders(read.prelude, { cookies: true }) }
  return { status, headers, body: restOf(stream, read.rest, pieces) }
}

async function readPrelude(pieces: AsyncIterator<Buffer>): Promise<{ prelude: any, rest: Buffer } | undefined> {
  let read = Buffer.alloc(0)
  while (read.length <= preludeBytesMax) {
    const { value, done } = await pieces.next()
    if (done) return undefined
    // The separator may be cut in two.
    const from = Math.max(0, read.length - separator.length)
    read = Buffer.concat([read, value])
    const end = read.indexOf(separator, from)
    if (end < 0) continue
    const prelude: unknown = JSON.parse(read.toString('utf8', 0, end))
    return typeof prelude === 'object' && prelude !== null ? { prelude, rest: read.subarray(end + separator.length) } : undefined
  }
  return undefined
}

/** The bytes that are left; nobody else reads them, so they end with this. */
function restOf(stream: Opened, first: Buffer, pieces: AsyncIterator<Buffer>): Readable {
  const rest = Readable.from(piecesOf(stream, first, pieces), { objectMode: false })
  rest.once('close', () => stream.body.destroy())
  return rest
}

async function * piecesOf(stream: Opened, first: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value
  if (stream.failed()) throw new Error('The function failed after it had begun to stream.')
}
