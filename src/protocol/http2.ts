import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

type Serve = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Serves HTTP/2 without TLS (prior knowledge) on the port of the HTTP/1 server: the SDKs use it for Kinesis, whose subscriptions are
 * streams of HTTP/2. The first bytes of a connection tell which it is.
 */
export function acceptHttp2(server: Server, serve: Serve): void {
  const [http1] = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const ended = () => socket.destroy()
    socket.once('error', ended)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read()
      if (first === null) return void socket.destroy()
      socket.removeListener('error', ended)
      socket.unshift(first)
      if (first.subarray(0, preface.length).equals(preface.subarray(0, first.length))) void http2(socket, serve)
      else http1!.call(server, socket)
    })
    // A connection that says nothing is given up as one that does not finish its head is.
    socket.setTimeout(server.headersTimeout, ended)
    socket.once('readable', () => socket.setTimeout(0).removeListener('timeout', ended))
  })
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

async function http2(socket: Socket, serve: Serve): Promise<void> {
  const { createServer } = await import('node:http2')
  // A server for each connection, so that a request knows its real socket: who may act as the root of the account depends on it.
  const perConnection = createServer({ settings: { maxConcurrentStreams: 256 }, maxSessionMemory: 64 }, (request, response) => {
    request.headers.host ??= request.headers[':authority'] as string
    Object.defineProperty(request, 'socket', { value: socket })
    serve(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
  perConnection.on('sessionError', () => socket.destroy())
  perConnection.emit('connection', socket)
}
