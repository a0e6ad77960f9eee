import type { Socket } from 'node:net'

/** A request of the Runtime API, whole: bodies are bounded and small, but for streams, which `onChunk` receives as they come. */
export interface ApiRequest { method: string, path: string, headers: Map<string, string>, body: Buffer, tooLarge: boolean }

export interface ApiConnection {
  respond(status: number, headers: string, body: Uint8Array | string): void
}

export interface Flow { pause(): unknown, resume(): unknown }

interface Handlers {
  onRequest(request: ApiRequest, connection: ApiConnection): void
  /** Where it answers a function, the body goes there in pieces and is not kept. Its argument is undefined at the end. `flow` stops what still comes. */
  onStream?(request: ApiRequest, flow: Flow): ((chunk: Buffer | undefined) => void) | undefined
  onClose(error?: Error): void
}

const headBytesMax = 64 * 1024
const copiedBytesMax = 64 * 1024
const empty = new Uint8Array()
const reasons: Record<number, string> = { 200: 'OK', 202: 'Accepted', 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 413: 'Payload Too Large' }

interface Reading extends ApiRequest {
  /** Bytes of the body (or of the current chunk) still to come; -1 where the chunk's size line is next. */
  left: number
  chunked: boolean
  trailers: boolean
  pieces: Buffer[]
  size: number
  sink: ((chunk: Buffer | undefined) => void) | undefined
}

/**
 * Serves HTTP/1.1 on one connection. node:http costs ten times as much per invocation (see bench/sandbox.ts), and the Runtime API needs little of it:
 * keep-alive, Content-Length, chunked bodies. Requests are answered in order; a pipelined one waits until the one before it is answered.
 */
export function serveHttp(socket: Socket, bodyBytesMax: number, handlers: Handlers): void {
  let pending: Buffer = Buffer.alloc(0)
  let reading: Reading | undefined
  let waiting = false
  /** Answers that were not written yet: a 202 whose client already waits for its next invocation travels together with that invocation. */
  let held = ''
  let inParse = false

  const fail = (message: string): void => {
    socket.destroy()
    handlers.onClose(new Error(message))
  }

  const connection: ApiConnection = {
    respond(status, headers, body) {
      if (socket.destroyed) return
      held += `HTTP/1.1 ${status} ${reasons[status] ?? 'Unknown'}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`
      if (typeof body === 'string') held += body
      else flush(body)
      waiting = false
      if (!inParse) parse()
    },
  }

  /** Head and body in one write, as long as copying costs less than a second one. */
  function flush(body: Uint8Array = empty): void {
    const head = Buffer.byteLength(held)
    const small = body.byteLength <= copiedBytesMax
    const out = Buffer.allocUnsafe(head + (small ? body.byteLength : 0))
    out.write(held)
    held = ''
    if (small) out.set(body, head)
    if (out.length) socket.write(out)
    if (!small) socket.write(body)
  }

  function deliver(request: Reading): void {
    reading = undefined
    waiting = true
    if (request.sink) request.sink(undefined)
    else request.body = request.pieces.length === 1 ? request.pieces[0]! : Buffer.concat(request.pieces)
    handlers.onRequest(request, connection)
  }

  function take(request: Reading, chunk: Buffer): void {
    request.size += chunk.length
    if (request.sink) request.sink(chunk)
    else if (request.size > bodyBytesMax) {
      // The rest is read and dropped, so that the runtime gets its 413 instead of a broken pipe.
      request.tooLarge = true
      request.pieces = []
    } else request.pieces.push(chunk)
  }

  /** True where a step was made and another may follow. */
  function step(): boolean {
    if (!reading) {
      const end = pending.indexOf('\r\n\r\n')
      if (end < 0) {
        if (pending.length > headBytesMax) fail('The head of a request is too long')
        return false
      }
      const head = parseHead(pending.toString('latin1', 0, end))
      if (!head) return fail('Malformed request'), false
      pending = pending.subarray(end + 4)
      head.sink = handlers.onStream?.(head, socket)
      reading = head
    }
    return reading.chunked ? stepChunked(reading) : stepPlain(reading)
  }

  /** Takes what has come in of the bytes that are due; false where nothing has. */
  function takeBody(request: Reading): boolean {
    if (!pending.length) return false
    const chunk = pending.subarray(0, request.left)
    pending = pending.subarray(chunk.length)
    request.left -= chunk.length
    take(request, chunk)
    return true
  }

  function stepPlain(request: Reading): boolean {
    if (request.left > 0 && (!takeBody(request) || request.left > 0)) return false
    deliver(request)
    return true
  }

  function stepChunked(request: Reading): boolean {
    if (request.left > 0) {
      if (!takeBody(request)) return false
      if (request.left === 0) request.left = -2
      return true
    }
    const end = pending.indexOf('\r\n')
    if (end < 0) {
      if (pending.length > headBytesMax) fail('Malformed chunk')
      return false
    }
    const line = pending.toString('latin1', 0, end)
    pending = pending.subarray(end + 2)
    if (request.trailers) {
      if (line === '') deliver(request)
      else addHeader(request.headers, line)
      return true
    }
    if (request.left === -2) {
      if (line !== '') return fail('Malformed chunk'), false
      request.left = -1
      return true
    }
    const size = /^[0-9a-f]{1,8}(?:;.*)?$/i.test(line) ? Number.parseInt(line, 16) : -1
    if (size < 0) return fail('Malformed chunk'), false
    if (size === 0) request.trailers = true
    else request.left = size
    return true
  }

  function parse(): void {
    inParse = true
    while (!waiting && !socket.destroyed && step()) { /* each step consumes input */ }
    inParse = false
    if (held && !waiting) flush()
  }

  socket.on('data', (chunk: Buffer) => {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk
    if (pending.length > bodyBytesMax + 2 * headBytesMax) return fail('Too much was pipelined')
    if (!waiting) parse()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => handlers.onClose())
}

function parseHead(text: string): Reading | undefined {
  const lines = text.split('\r\n')
  const start = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(lines[0]!)
  if (!start) return undefined
  const headers = new Map<string, string>()
  for (let n = 1; n < lines.length; n++) if (!addHeader(headers, lines[n]!)) return undefined
  const chunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked'
  const length = headers.get('content-length') ?? '0'
  if (!/^\d{1,12}$/.test(length)) return undefined
  return {
    method: start[1]!, path: start[2]!, headers, body: Buffer.alloc(0), tooLarge: false,
    left: chunked ? -1 : Number(length), chunked, trailers: false, pieces: [], size: 0, sink: undefined,
  }
}

function addHeader(headers: Map<string, string>, line: string): boolean {
  const colon = line.indexOf(':')
  if (colon < 1) return false
  headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  return true
}
