import type { Principal } from './principal.ts'
import type { Readable } from 'node:stream'

/** One operation asked for, after the protocol has read and validated it. */
export interface Call {
  /** The service's room: `sqs`, `lambda`, `logs`. */
  service: string
  /** As AWS names it: `SendMessage`. */
  operation: string
  input: any
  principal: Principal
  account: string
  region: string
  requestId: string
  /** The trace this call belongs to; a new one is begun where it is absent. */
  trace?: TraceContext
  sourceIp?: string
  userAgent?: string
  secureTransport?: boolean
  /** Services that pass the caller's call on, first to last, where one did: aws:CalledVia. */
  calledVia?: string[]
  /** The place of this call in a step that may be done again: see platform/once.ts. */
  once?: { group: string, step: string, index: number }
  /** Aborted when the caller hangs up; made when somebody first asks, as few operations do. */
  signal?: () => AbortSignal
}

export interface TraceContext {
  /** `1-5f84c7a5-…` */
  traceId: string
  parentId?: string
  sampled: boolean
  /** How often each function has run in this chain of requests: what Lambda stops loops by. */
  lineage?: string
}

/** A request that is not an AWS operation: a call of an HTTP API, of a function URL, of a served page. */
export interface HttpRequest {
  method: string
  /** Path as sent, still percent-encoded, without the query. */
  path: string
  /** Raw query, without `?`. */
  query: string
  /** Names in lower case; repeated headers as an array of values. */
  headers: Record<string, string | string[]>
  /** Host without port. */
  host: string
  body: Readable
  /** All of the body, where the gateway has read it already; the stream is made only for those who ask for it. */
  bytes?: Buffer
  /** The body is larger than the gateway takes; `body` is empty then. */
  bodyTooLarge?: true
  sourceIp: string
  /** Who signed it (SigV4), where somebody did and the signature is right. `signatureError` says why it is wrong. */
  principal?: Principal
  signatureError?: string
  requestId: string
  signal: AbortSignal
}

export interface HttpResponse {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array | Readable
}
