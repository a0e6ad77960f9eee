import type { Socket } from 'node:net'

export type Destination = { protocol: 'HTTP', host: string, port: number, path: string, method: 'POST' | 'PUT' } | { protocol: 'TCP', port: number }
export interface Buffering { maxItems: number, maxBytes: number, timeoutMs: number }

/** The way of events to one subscriber: in batches, in order, one at a time, again where it fails. */
export interface Delivery {
  /** An event, as JSON. */
  add(event: string): void
  pause(): void
  resume(): void
  drain(): void
  flush(): Promise<void>
  close(): void
}

type Connect = (port: number) => Promise<Socket>

const retryMs = { first: 50, most: 2000 }
const answerTimeoutUsualMs = 10_000
const answerBytesMax = 64 * 1024
const fallenBehind = 'Consumer seems to have fallen behind as it has not acknowledged receipt of logs.'

export function openDelivery(destination: Destination, buffering: Buffering, connect: Connect, answerTimeoutMs = answerTimeoutUsualMs): Delivery {
  const { maxItems, maxBytes, timeoutMs } = buffering
  let waiting: string[] = []
  let bytes = 0
  let dropped = { records: 0, bytes: 0 }
  let sending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let paused = false
  let closed = false
  let draining = false
  const send = destination.protocol === 'HTTP' ? httpSender(destination, connect, () => paused, answerTimeoutMs) : tcpSender(destination.port, connect)

  const full = (): boolean => waiting.length >= maxItems || bytes >= maxBytes
  function schedule(): void {
    if (closed || paused || sending || !waiting.length) return
    if (draining || full()) return start()
    timer ??= setTimeout(start, timeoutMs).unref()
  }
  function start(): void {
    clearTimeout(timer)
    timer = undefined
    if (closed || paused || sending || !waiting.length) return
    sending = sendAll().finally(() => {
      sending = undefined
      schedule()
    })
  }
  async function sendAll(): Promise<void> {
    const batch = waiting
    waiting = []
    bytes = 0
    for (let wait = retryMs.first; !closed; wait = Math.min(retryMs.most, wait * 2)) {
      try {
        await send(batch)
        break
      } catch {
        await new Promise((resolve) => { setTimeout(resolve, wait).unref() })
      }
    }
    if (!dropped.records) return
    const record = { reason: fallenBehind, droppedRecords: dropped.records, droppedBytes: dropped.bytes }
    dropped = { records: 0, bytes: 0 }
    waiting.unshift(JSON.stringify({ time: new Date().toISOString(), type: 'platform.logsDropped', record }))
  }

  return {
    add(event) {
      // One batch may be under way and one may wait: what comes on top finds no room.
      if (closed) return
      if ((sending || paused) && full()) {
        dropped.records++
        dropped.bytes += Buffer.byteLength(event)
        return
      }
      waiting.push(event)
      bytes += Buffer.byteLength(event)
      schedule()
    },
    pause() {
      paused = true
      clearTimeout(timer)
      timer = undefined
    },
    resume() {
      paused = false
      schedule()
    },
    drain() {
      draining = true
      schedule()
    },
    async flush() {
      while (!closed && !paused && (sending || waiting.length)) {
        start()
        await sending
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
      send.close()
    },
  }
}

type Sender = ((events: string[]) => Promise<void>) & { close(): void }

function httpSender(to: Destination & { protocol: 'HTTP' }, connect: Connect, paused: () => boolean, answerTimeoutMs: number): Sender {
  const { host, port, path, method } = to
  let open: Socket | undefined
  const send = async (events: string[]): Promise<void> => {
    const socket = open = await connect(port)
    const body = `[${events.join(',')}]`
    try {
      await new Promise<void>((resolve, reject) => {
        const headers = { Host: host, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
        const { request } = process.getBuiltinModule('node:http')
        const sent = request({ method, path, headers, createConnection: () => socket }, (response) => {
          const answered = (): void => response.statusCode! < 400 ? resolve() : reject(new Error(`It answered ${response.statusCode}`))
          let read = 0
          // What it says beyond its status is of no interest; one that never ends is not read for ever.
          response.on('data', (chunk: Buffer) => { if ((read += chunk.length) > answerBytesMax) answered() })
          response.on('error', reject).on('end', answered)
        })
        // One that stands still will answer when it goes on: to send the same again would tell it twice.
        sent.on('error', reject).on('timeout', () => paused() ? sent.setTimeout(answerTimeoutMs) : sent.destroy(new Error('It did not answer')))
        sent.setTimeout(answerTimeoutMs)
        sent.end(body)
      })
    } finally {
      open = undefined
      socket.destroy()
    }
  }
  return Object.assign(send, { close: () => void open?.destroy() })
}

/** One line for each event; what the kernel has taken counts as delivered. */
function tcpSender(port: number, connect: Connect): Sender {
  let open: Socket | undefined
  const send = async (events: string[]): Promise<void> => {
    if (!open) {
      const socket = open = await connect(port)
      socket.resume()
      const lost = (): void => { if (open === socket) open = undefined }
      socket.on('error', lost).on('close', lost)
    }
    const socket = open
    await new Promise<void>((resolve, reject) => {
      const ended = (): void => reject(new Error('It closed the connection'))
      socket.once('close', ended)
      socket.write(`${events.join('\n')}\n`, (error) => {
        socket.removeListener('close', ended)
        if (error) reject(error)
        else resolve()
      })
    })
  }
  return Object.assign(send, { close: () => void open?.destroy() })
}
