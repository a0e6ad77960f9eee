import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { AwsError } from '../platform/errors.ts'
import { checksumNames } from '../platform/checksums.ts'
import { decodeChunks, type ChunkSigner } from './chunked.ts'
import { header, type WireRequest } from './wire.ts'

/** A request under way. */
export interface Exchange {
  wire: WireRequest
  request: IncomingMessage
  response: ServerResponse
  requestId: string
  /** The caller sends its body when it is told to (`Expect: 100-continue`): not before we know that we want it. */
  awaitsContinue: boolean
  /** The cross-origin headers of its answer, where a bucket's rules decide them. */
  crossOrigin?: Record<string, string> | undefined
}

const nothing = Buffer.alloc(0)
const hexHash = /^[0-9a-f]{64}$/

export const isHash = (text: string): boolean => hexHash.test(text)

/** The whole body. Throws `tooLarge` beyond the bound, IncompleteBody where the caller breaks off. */
export function readWhole(exchange: Exchange, maxBytes: number, tooLarge: () => AwsError): Promise<Buffer> | Buffer {
  const { request } = exchange
  const declared = request.headers['content-length']
  if (declared === undefined && request.headers['transfer-encoding'] === undefined) return nothing
  if (Number(declared) > maxBytes) throw tooLarge()
  proceed(exchange)
  return new Promise((resolve, reject) => {
    let whole: Buffer = nothing
    let more: Buffer[] | undefined
    let size = 0
    request.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > maxBytes) reject(tooLarge())
      else if (size === piece.length) whole = piece
      else (more ??= []).push(piece)
    })
    request.on('end', () => resolve(more ? Buffer.concat([whole, ...more], size) : whole))
    request.on('error', () => reject(new AwsError('IncompleteBody', 'The request body terminated unexpectedly')))
  })
}

function proceed(exchange: Exchange): void {
  if (!exchange.awaitsContinue) return
  exchange.awaitsContinue = false
  exchange.response.writeContinue()
}

const chunkedForm = /^STREAMING-(?:AWS4-HMAC-SHA256-PAYLOAD|UNSIGNED-PAYLOAD)(?:-TRAILER)?$/

/**
 * The body as a stream of its own bytes: out of the chunks that SDKs wrap it in, and with an error at its end where it is not what was signed.
 * `declared`: x-amz-content-sha256. `signer`: where the caller's chunks are to be verified.
 */
export function streamBody(exchange: Exchange, declared: string | undefined, signer: ChunkSigner | undefined): Readable {
  const { request, wire } = exchange
  if (!declared?.startsWith('STREAMING-')) {
    if (declared !== undefined && isHash(declared)) return asStream(hashed(bytesOf(exchange), declared))
    return exchange.awaitsContinue ? asStream(bytesOf(exchange)) : request
  }
  if (!chunkedForm.test(declared)) throw new AwsError('NotImplemented', `A payload of ${declared} is not supported.`, { status: 501 })
  const length = header(wire, 'x-amz-decoded-content-length')
  if (length === undefined || !/^\d{1,15}$/.test(length)) {
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 })
  }
  const trailers = new Map<string, string>()
  const options = { trailers, announced: announcedTrailers(wire), signedTrailer: declared.endsWith('-TRAILER'), decodedLength: Number(length) }
  const pieces = decodeChunks(bytesOf(exchange), declared.startsWith('STREAMING-AWS4') && signer ? { ...options, signer } : options)
  return Object.assign(asStream(pieces), { trailers })
}

/** The checksum that x-amz-trailer announces. */
function announcedTrailers(wire: WireRequest): string[] {
  const announced = header(wire, 'x-amz-trailer')?.trim().toLowerCase()
  if (announced === undefined) return []
  if (!checksumNames.some(name => announced === `x-amz-checksum-${name}`)) {
    throw new AwsError('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported')
  }
  if (checksumNames.some(name => wire.headers[`x-amz-checksum-${name}`] !== undefined)) {
    throw new AwsError('InvalidRequest', 'Expecting a single x-amz-checksum- header')
  }
  return [announced]
}

const asStream = (pieces: AsyncIterable<Buffer>) => Readable.from(pieces, { objectMode: false })

/** The body's bytes as they come in. Whoever stops in between leaves the connection open, so that its caller hears why. */
export async function* bytesOf(exchange: Exchange): AsyncGenerator<Buffer> {
  proceed(exchange)
  yield* exchange.request.iterator({ destroyOnReturn: false })
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

export const shaMismatch = (): AwsError =>
  new AwsError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.")
