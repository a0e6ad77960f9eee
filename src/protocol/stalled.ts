import type { Exchange } from './request-body.ts'

interface Watched { exchange: Exchange, received: number, sent: number, since: number }

/**
 * Ends connections on which a body, in or out, does not move on because the other side does nothing: it is slow on purpose, or gone. What waits for us
 * (an operation that takes its time, a consumer that lags behind) is left alone. One timer looks at all.
 */
export class StalledExchanges {
  readonly #watched = new Map<Exchange, Watched>()
  readonly #stalledMs: number
  readonly #timer: NodeJS.Timeout

  constructor(stalledMs: number) {
    this.#stalledMs = stalledMs
    this.#timer = setInterval(() => this.#sweep(performance.now()), stalledMs / 4)
    this.#timer.unref()
  }

  add(exchange: Exchange): void {
    this.#watched.set(exchange, { exchange, received: -1, sent: -1, since: 0 })
  }

  delete(exchange: Exchange): void {
    this.#watched.delete(exchange)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #sweep(now: number): void {
    for (const watched of this.#watched.values()) {
      const { request, response } = watched.exchange
      const { socket } = request
      const received = socket.bytesRead
      const sent = socket.bytesWritten - socket.writableLength
      const waitsForCaller = response.writableLength > 0 || (!request.complete && request.readableLength === 0 && !watched.exchange.awaitsContinue)
      if (!waitsForCaller || received !== watched.received || sent !== watched.sent) Object.assign(watched, { received, sent, since: now })
      else if (now - watched.since >= this.#stalledMs) socket.destroy()
    }
  }
}
