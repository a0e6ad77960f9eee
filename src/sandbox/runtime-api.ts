import { PassThrough } from 'node:stream'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Invocation } from '../contracts/sandbox.ts'
import { serveHttp } from './http.ts'
import type { ApiConnection, ApiRequest, Flow } from './http.ts'

/** Where clients find the Runtime API in a sandbox that has a network of its own; AWS's number. */
export const apiPort = 9001

const base = '/2018-06-01/runtime/'
const json = 'Content-Type: application/json\r\n'

/** 6 MB and the room that AWS leaves for the envelope; from its error message. */
export const responseBytesMax = 6_291_556

/** Of a streamed response; from AWS's quotas. */
const streamBytesMax = 200 * 1024 * 1024

export interface RuntimeEvents {
  assignment(): object
  /** The script that starts a runtime which speaks over TCP from then on. */
  launch(): string
  /** The runtime asks for work: init, or the invocation before, is over. */
  next(): void
  response(payload: Uint8Array): void
  error(errorType: string, payload: Uint8Array): void
  initError(errorType: string, payload: Uint8Array): void
  /** Of a runtime that becomes a snapshot: it asked for that, and closed the connection on which it did. */
  checkpoint?(): void
  /** Of a restored one: it is there again, and runs its hooks. */
  restored?(): void
  /** What is no request of the Runtime API; false where it is nobody's. */
  other?(request: ApiRequest, connection: ApiConnection): boolean
  /** A connection was closed whose request may still wait for its answer. */
  gone?(connection: ApiConnection): void
  /** The connection broke while `current` or init was under way. */
  closed(): void
}

export interface RuntimeApi {
  /** Serves one more connection; the first of our own bootstraps is the inherited descriptor, `closed` is heard for that one alone. */
  serve(socket: Socket, primary: boolean): void
  /** Hands an invocation to the runtime, or keeps it until the runtime asks. */
  dispatch(invocation: Invocation): void
  /** Breaks the stream that a response is being read from: the runtime is gone or out of time. */
  breakStream(why: string): void
}

/** AWS Lambda's Runtime API (2018-06-01) for one environment. */
export function openRuntimeApi(events: RuntimeEvents): RuntimeApi {
  let asking: ApiConnection | undefined
  let queued: Invocation | undefined
  let current: Invocation | undefined
  let answered = true
  let streamed: PassThrough | undefined
  let streamedBytes = 0
  let launched = false
  let checkpointing: ApiConnection | undefined

  function dispatch(invocation: Invocation): void {
    if (!asking) {
      queued = invocation
      return
    }
    current = invocation
    answered = false
    const connection = asking
    asking = undefined
    connection.respond(200, invocationHead(invocation), invocation.payload)
  }

  function refuse(connection: ApiConnection, status: number, errorType: string, errorMessage: string): void {
    connection.respond(status, json, JSON.stringify({ errorMessage, errorType }))
  }

  function accept(connection: ApiConnection): void {
    connection.respond(202, json, '{"status":"OK"}\n')
  }

  function answer(connection: ApiConnection, request: ApiRequest, id: string, kind: string): void {
    if (!current || id !== current.requestId) return refuse(connection, 400, 'InvalidRequestID', 'Invalid request ID')
    if (answered) return refuse(connection, 403, 'InvalidStateTransition', 'State transition is not allowed')
    answered = true
    const failed = request.headers.get('lambda-runtime-function-error-type')
    const streamTooLarge = streamed !== undefined && streamedBytes > streamBytesMax
    streamed = undefined
    if (request.tooLarge || streamTooLarge) {
      const errorType = 'Function.ResponseSizeTooLarge'
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${streamTooLarge ? streamBytesMax : responseBytesMax} bytes).`
      events.error(errorType, Buffer.from(JSON.stringify({ errorType, errorMessage })))
      return refuse(connection, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${responseBytesMax} bytes).`)
    }
    if (kind === 'error') events.error(failed ?? 'Unhandled', request.body)
    else if (failed && request.headers.get('lambda-runtime-function-response-mode') === 'streaming') {
      events.error(failed, Buffer.from(request.headers.get('lambda-runtime-function-error-body') ?? '', 'base64'))
    } else events.response(request.body)
    accept(connection)
  }

  /** What a runtime asks before its snapshot and after its restore; false where it is neither. */
  function snapshot({ method, path, headers, body }: ApiRequest, connection: ApiConnection): boolean {
    const [first, second] = path.slice(base.length).split('/')
    if (events.checkpoint && path === '/fogbank/checkpoint') checkpointing = connection
    else if (!events.restored || first !== 'restore') return false
    else if (second === 'next' && method === 'GET') {
      events.restored()
      connection.respond(200, json, '')
      return true
    } else if (second === 'error' && method === 'POST') events.initError(headers.get('lambda-runtime-function-error-type') ?? 'Unhandled', body)
    else return false
    accept(connection)
    return true
  }

  /** What only the runtime on the inherited connection may ask: its answer has the function's credentials. */
  function routePrimary(request: ApiRequest, connection: ApiConnection): void {
    if (request.path === '/fogbank/assignment') {
      // What becomes a snapshot gives this connection back.
      launched ||= events.checkpoint !== undefined
      return connection.respond(200, json, JSON.stringify(events.assignment()))
    }
    if (request.path !== '/fogbank/launch') return route(request, connection)
    launched = true
    connection.respond(200, 'Content-Type: text/plain\r\n', events.launch())
  }

  function route(request: ApiRequest, connection: ApiConnection): void {
    if (snapshot(request, connection)) return
    if (!request.path.startsWith(base)) {
      if (!events.other?.(request, connection)) refuse(connection, 404, 'NotFound', 'Not found')
      return
    }
    const [first, second, third] = request.path.slice(base.length).split('/')
    if (first === 'invocation' && second === 'next' && request.method === 'GET') {
      if (asking) return refuse(connection, 403, 'InvalidStateTransition', 'State transition is not allowed')
      asking = connection
      if (!answered) return void (asking = undefined, refuse(connection, 403, 'InvalidStateTransition', 'State transition is not allowed'))
      current = undefined
      events.next()
      if (queued && asking) {
        const invocation = queued
        queued = undefined
        dispatch(invocation)
      }
      return
    }
    if (request.method !== 'POST') return refuse(connection, 404, 'NotFound', 'Not found')
    if (first === 'invocation' && (third === 'response' || third === 'error')) return answer(connection, request, second!, third)
    if (first === 'init' && second === 'error') {
      events.initError(request.headers.get('lambda-runtime-function-error-type') ?? 'Unhandled', request.body)
      return accept(connection)
    }
    refuse(connection, 404, 'NotFound', 'Not found')
  }

  /** A streamed response goes to the invocation's reader as it comes. */
  function streamOf(request: ApiRequest, flow: Flow): ((chunk: Buffer | undefined) => void) | undefined {
    if (!current?.onStream || answered || streamed || request.headers.get('lambda-runtime-function-response-mode') !== 'streaming') return undefined
    if (request.path !== `${base}invocation/${current.requestId}/response`) return undefined
    const body = streamed = new PassThrough()
    streamedBytes = 0
    body.on('error', () => {})
    // A function waits for whoever reads it; what nobody reads any more is dropped.
    body.on('drain', () => flow.resume())
    body.on('close', () => flow.resume())
    const ending = current.onStreamEnd
    current.onStream(body, request.headers.get('content-type'))
    return (chunk) => {
      if (!chunk) {
        if (!body.writableEnded) ending?.(request.headers.has('lambda-runtime-function-error-type'), streamedBytes)
        return void body.end()
      }
      streamedBytes += chunk.length
      if (body.destroyed || body.writableEnded) return
      if (streamedBytes > streamBytesMax) {
        ending?.(true, streamBytesMax)
        return void body.end(chunk.subarray(0, Math.max(0, chunk.length - (streamedBytes - streamBytesMax))))
      }
      if (!body.write(chunk)) flow.pause()
    }
  }

  function breakStream(why: string): void {
    if (streamed && !streamed.writableEnded) streamed.destroy(new Error(why))
    streamed = undefined
  }

  return {
    dispatch, breakStream,
    serve(socket, primary) {
      let mine: ApiConnection | undefined
      serveHttp(socket, responseBytesMax, {
        onRequest: (request, connection) => (primary ? routePrimary : route)(request, mine = connection),
        onStream: streamOf,
        onClose: () => {
          if (asking === mine) asking = undefined
          else if (mine && mine === checkpointing) events.checkpoint?.()
          else if (mine) events.gone?.(mine)
          if (primary && !launched) events.closed()
        },
      })
    },
  }
}

function invocationHead(invocation: Invocation): string {
  const optional = (name: string, value: string | undefined): string => value ? `${name}: ${oneLine(value)}\r\n` : ''
  return json + `Lambda-Runtime-Aws-Request-Id: ${oneLine(invocation.requestId)}\r\n`
    + `Lambda-Runtime-Deadline-Ms: ${Date.now() + invocation.timeoutMs}\r\n`
    + `Lambda-Runtime-Invoked-Function-Arn: ${oneLine(invocation.invokedFunctionArn)}\r\n`
    + optional('Lambda-Runtime-Trace-Id', invocation.traceHeader)
    + optional('Lambda-Runtime-Client-Context', invocation.clientContext)
    + optional('Lambda-Runtime-Cognito-Identity', invocation.cognitoIdentity)
    + optional('Lambda-Runtime-Aws-Tenant-Id', invocation.tenantId)
}

/** The caller chooses some of these values; a line end in one must not become a header of its own. */
function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ')
}

/** Serves clients of the Runtime API at a port of this machine, for sandboxes without a network of their own. */
export async function listenHere(serve: (socket: Socket) => void): Promise<{ port: number, close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
