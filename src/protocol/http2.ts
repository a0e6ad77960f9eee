import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** The connections that the HTTP/1 server does not know of, and so does not close. */
export interface HeldConnections {
  /** Ends those that have said nothing yet; asks the others to end with their last stream. */
  end(): void
  destroy(): void
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Serves HTTP/2 without TLS (prior knowledge) on the port of the HTTP/1 server: the SDKs use it for Kinesis, whose subscriptions are
 * streams of HTTP/2. The first bytes of a connection tell which it is.
 */
export function acceptHttp2(server: Server, serve: Serve): HeldConnections {
  const silent = new Set<Socket>()
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  const [http1] = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const ended = () => socket.destroy()
    silent.add(socket)
    socket.once('close', () => {
      silent.delete(socket)
      sockets.delete(socket)
    })
    socket.once('error', ended)
    socket.once('readable', () => {
      silent.delete(socket)
      const first: Buffer | null = socket.read()
      if (first === null) return void socket.destroy()
      socket.removeListener('error', ended)
      socket.unshift(first)
      if (first.subarray(0, preface.length).equals(preface.subarray(0, first.length))) {
        sockets.add(socket)
        void http2(socket, serve, sessions)
      } else http1!.call(server, socket)
    })
    // A connection that says nothing is given up as one that does not finish its head is.
    socket.setTimeout(server.headersTimeout, ended)
    socket.once('readable', () => socket.setTimeout(0).removeListener('timeout', ended))
  })
  return {
    end() {
      for (const socket of silent) socket.destroy()
      for (const session of sessions) if (!session.closed) session.close()
    },
    destroy() {
      for (const socket of [...silent, ...sockets]) socket.destroy()
    },
  }
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

async function http2(socket: Socket, serve: Serve, sessions: Set<ServerHttp2Session>): Promise<void> {
  const { createServer } = await import('node:http2')
  // A server for each connection, so that a request knows its real socket: who may act as the root of the account depends on it.
  const perConnection = createServer({ settings: { maxConcurrentStreams: 256 }, maxSessionMemory: 64 }, (request, response) => {
    request.headers.host ??= request.headers[':authority'] as string
    Object.defineProperty(request, 'socket', { value: socket })
    serve(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
  perConnection.on('session', session => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  perConnection.on('sessionError', () => socket.destroy())
  perConnection.emit('connection', socket)
}
