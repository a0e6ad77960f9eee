import { createHash } from 'node:crypto'
import { AwsError } from '../platform/errors.ts'
import { HeldBytes } from './held-bytes.ts'
import { emptyHash } from './sigv4.ts'
import { sameText, signatureOf, type SigningKey } from './signing-key.ts'

/** The signature that a chain of chunks begins with. */
export interface ChunkSigner {
  key: SigningKey
  /** `20260131T120000Z` */
  time: string
  /** `20260131/eu-west-1/s3/aws4_request` */
  scope: string
  /** The signature of the request, which the first chunk continues. */
  seed: string
}

const lineMax = 16_384
const trailersMax = 20
/** Of every chunk but the last. */
const chunkBytesMin = 8192
const lineEnd = Buffer.from('\r\n')

export interface ChunkOptions {
  /** Where each chunk is signed. */
  signer?: ChunkSigner
  /** Receives the trailing headers, names in lower case, before the last piece is out. */
  trailers: Map<string, string>
  /** The names that x-amz-trailer announces: no other may come, and each of them has to. */
  announced?: readonly string[]
  signedTrailer?: boolean
  /** What x-amz-decoded-content-length says. */
  decodedLength?: number
}

/**
 * Decodes an aws-chunked body as it comes in. A wrong signature, size or ending throws after the bytes
 * before it are out, so a consumer may commit nothing before the end.
 */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>, options: ChunkOptions,
): AsyncGenerator<Buffer> {
  const pieces = source[Symbol.asyncIterator]()
  try {
    yield* chunksOf(new Input(pieces), options)
  } finally {
    await pieces.return?.()
  }
}

async function* chunksOf(input: Input, options: ChunkOptions): AsyncGenerator<Buffer> {
  let previous = options.signer?.seed ?? ''
  let total = 0
  let isShort = false
  for (;;) {
    const { size, signature } = parseChunkHead(await input.line())
    if (isShort && size > 0) throw invalidChunk()
    isShort = size < chunkBytesMin
    const hash = options.signer ? createHash('sha256') : undefined
    let left = size
    total += size
    if (options.decodedLength !== undefined && total > options.decodedLength) throw incomplete()
    while (left > 0) {
      const piece = await input.some(left)
      left -= piece.length
      hash?.update(piece)
      yield piece
    }
    if (options.signer) previous = checkChunk(options.signer, previous, hash!.digest('hex'), signature)
    if (size === 0) break
    if (await input.line() !== '') throw invalidChunk()
  }
  await readTrailers(input, previous, options)
  if (options.decodedLength !== undefined && total !== options.decodedLength) throw incomplete()
}

function parseChunkHead(line: string): { size: number, signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
  if (match === null) throw invalidChunk()
  return { size: Number.parseInt(match[1]!, 16), signature: match[2] }
}

function checkChunk(signer: ChunkSigner, previous: string, hash: string, signature: string | undefined): string {
  const text = `AWS4-HMAC-SHA256-PAYLOAD\n${signer.time}\n${signer.scope}\n${previous}\n${emptyHash}\n${hash}`
  if (signature === undefined || !sameText(signatureOf(signer.key, text), signature)) throw mismatch()
  return signature
}

async function readTrailers(input: Input, previous: string, options: ChunkOptions): Promise<void> {
  let signature: string | undefined
  let signed = ''
  for (let count = 0; ; count++) {
    const line = await input.line(true)
    if (line === '') break
    const colon = line.indexOf(':')
    if (colon <= 0 || count > trailersMax) {
      throw malformedTrailer()
    }
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    if (name === 'x-amz-trailer-signature') signature = value
    else {
      options.trailers.set(name, value)
      signed += `${name}:${value}\n`
    }
  }
  const { announced, signer, trailers } = options
  if (announced && (announced.length !== trailers.size || announced.some(name => !trailers.has(name)))) throw malformedTrailer()
  if (!signer || !options.signedTrailer) return
  const text = `AWS4-HMAC-SHA256-TRAILER\n${signer.time}\n${signer.scope}\n${previous}\n${createHash('sha256').update(signed).digest('hex')}`
  if (signature === undefined || !sameText(signatureOf(signer.key, text), signature)) throw mismatch()
}

const invalidChunk = () => new AwsError('InvalidChunkSizeError', 'Only the last chunk is allowed to have a size less than 8192 bytes', { status: 403 })
const malformedTrailer = () => new AwsError('MalformedTrailerError',
  'The request contained trailing data that was not well-formed or did not conform to our published schema.')
const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly')
const mismatch = () => new AwsError('SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.', { status: 403 })

/** Lines and bytes from a stream; nothing more than one line, or one piece of the stream, is held. */
class Input {
  readonly #held: HeldBytes
  constructor(pieces: AsyncIterator<Uint8Array>) {
    this.#held = new HeldBytes(pieces)
  }

  /** The next line, without its ending. `orEnd`: the end of the stream counts as an empty line. */
  async line(orEnd = false): Promise<string> {
    for (;;) {
      const end = this.#held.bytes.indexOf(lineEnd)
      if (end > lineMax || end < 0 && this.#held.bytes.length > lineMax) throw invalidChunk()
      if (end >= 0) {
        return this.#held.take(end + 2).toString('latin1', 0, end)
      }
      if (await this.#held.more()) continue
      if (orEnd && this.#held.bytes.length === 0) return ''
      throw incomplete()
    }
  }

  /** At least one byte, at most `max`. */
  async some(max: number): Promise<Buffer> {
    while (this.#held.bytes.length === 0) if (!await this.#held.more()) throw incomplete()
    return this.#held.take(max)
  }
}
