import type { Socket } from 'node:net'
import type { PlatformRecord } from '../contracts/sandbox.ts'
import { openDelivery } from './telemetry-delivery.ts'
import type { Buffering, Delivery, Destination } from './telemetry-delivery.ts'

// AWS Lambda's Telemetry API (2022-07-01) and Logs API (2020-08-15) for one environment. Bounds, defaults and records: the developer guide, "Telemetry API
// reference", "Event schema reference" and "Using the Lambda Logs API".

type Api = 'telemetry' | 'logs'
export type Category = 'platform' | 'function' | 'extension'

export interface Telemetry {
  /** Answers a request to subscribe. */
  subscribe(api: Api, name: string, body: string): { status: number, body: string }
  /** Whether anybody listens, or still may. */
  readonly open: boolean
  platform(record: PlatformRecord): void
  line(category: 'function' | 'extension', text: string, at: number): void
  closeSubscriptions(): void
  /** Nothing is delivered while its receivers stand still. */
  pause(): void
  resume(): void
  /** From now on nothing waits for a batch to be full. */
  drain(): void
  /** Resolves when what was told is delivered. */
  flush(): Promise<void>
  close(): void
}

interface Options {
  /** A connection to a port inside the sandbox. */
  connect: (port: number) => Promise<Socket>
  onSubscribed: (api: Api, name: string, types: Category[]) => void
  /** Whether the function writes its log as JSON. */
  json: boolean
}

interface Subscriber { api: Api, name: string, schema: string, types: Set<Category>, request: string, delivery: Delivery }
interface Told { category: Category, time: string, type: string, record: unknown }

const schemas: Record<Api, string[]> = { telemetry: ['2022-07-01', '2022-12-13', '2025-01-29'], logs: ['2020-08-15', '2021-03-18'] }
const categories = ['platform', 'function', 'extension']
const bounds = { maxItems: [1000, 10_000, 10_000], maxBytes: [262_144, 1_048_576, 262_144], timeoutMs: [25, 30_000, 1000] } as const
/** What is told during init before somebody subscribes is kept for who does, so many events and so much of them. */
const earlyMax = 1000
const earlyCharactersMax = 1 << 20

export function openTelemetry({ connect, onSubscribed, json }: Options): Telemetry {
  const subscribers: Subscriber[] = []
  let early: Told[] = []
  let earlyCharacters = 0
  let subscribing = true

  function tell(told: Told): void {
    if (subscribing && early.length < earlyMax && earlyCharacters < earlyCharactersMax) {
      early.push(told)
      if (typeof told.record === 'string') earlyCharacters += told.record.length
    }
    for (const subscriber of subscribers) deliver(subscriber, told, json)
  }

  function subscribe(api: Api, name: string, body: string): { status: number, body: string } {
    const prefix = api === 'logs' ? 'Logs' : 'Telemetry'
    if (!subscribing) return failure(403, `${prefix}.SubscriptionClosed`, `${prefix} API subscription is closed`)
    const { problems, request } = read(api, body)
    const invalid = (message: string) => failure(400, api === 'logs' ? 'Logs.ValidationError' : 'ValidationError', message)
    if (!request) return invalid(problems.join('; '))
    const before = subscribers.find((one) => one.name === name)
    if (before && before.api !== api) return invalid(`The extension has subscribed with the ${before.api === 'logs' ? 'Logs' : 'Telemetry'} API already`)
    // The same again is no second subscription; another one takes its place.
    if (before?.request === body) return { status: 200, body: '"OK"' }
    before?.delivery.close()
    const subscriber: Subscriber = {
      api, name, schema: request.schema, types: new Set(request.types), request: body, delivery: openDelivery(request.destination, request.buffering, connect),
    }
    if (before) subscribers[subscribers.indexOf(before)] = subscriber
    else subscribers.push(subscriber)
    for (const told of early) deliver(subscriber, told, json)
    onSubscribed(api, name, request.types)
    return { status: 200, body: '"OK"' }
  }

  return {
    subscribe,
    get open() { return subscribing || subscribers.length > 0 },
    platform: ({ type, record, at }) => tell({ category: 'platform', time: new Date(at).toISOString(), type: `platform.${type}`, record }),
    line: (category, text, at) => tell({ category, time: new Date(at).toISOString(), type: category, record: text }),
    closeSubscriptions() {
      subscribing = false
      early = []
    },
    pause: () => { for (const { delivery } of subscribers) delivery.pause() },
    resume: () => { for (const { delivery } of subscribers) delivery.resume() },
    drain: () => { for (const { delivery } of subscribers) delivery.drain() },
    flush: async () => void await Promise.all(subscribers.map(({ delivery }) => delivery.flush())),
    close: () => { for (const { delivery } of subscribers) delivery.close() },
  }
}

function failure(status: number, errorType: string, errorMessage: string): { status: number, body: string } {
  return { status, body: JSON.stringify({ errorType, errorMessage }) }
}

function deliver({ api, schema, types, delivery }: Subscriber, told: Told, json: boolean): void {
  if (!types.has(told.category)) return
  const events = api === 'logs' ? asLogs(schema, told) : ['platform.fault', 'platform.logsSubscription'].includes(told.type) ? [] : [told]
  for (const { time, type, record } of events) {
    delivery.add(JSON.stringify({ time, type, record: told.category === 'platform' ? record : lineOf(json && schema >= '2022-12-13', record as string) }))
  }
}

/** From schema 2022-12-13 on, the lines of a function that logs JSON are told as what they are. */
function lineOf(json: boolean, line: string): unknown {
  if (!json || !line.startsWith('{')) return `${line}\n`
  try { return JSON.parse(line) } catch { return `${line}\n` }
}

/** The Logs API knows fewer events, with less in them. */
function asLogs(schema: string, told: Told): Told[] {
  if (told.category !== 'platform') return [told]
  const record = told.record as Record<string, unknown>
  const { requestId } = record
  if (told.type === 'platform.start') return [{ ...told, record: { requestId, version: record.version } }]
  if (told.type === 'platform.report') {
    return [{ ...told, type: 'platform.end', record: { requestId } }, { ...told, record: { requestId, metrics: record.metrics } }]
  }
  if (told.type === 'platform.runtimeDone') {
    return schema === '2021-03-18' ? [{ ...told, record: { requestId, status: record.status === 'error' ? 'failure' : record.status } }] : []
  }
  if (told.type === 'platform.telemetrySubscription') return []
  return ['platform.fault', 'platform.extension', 'platform.logsSubscription'].includes(told.type) ? [told] : []
}

interface Request { schema: string, types: Category[], destination: Destination, buffering: Buffering }

function read(api: Api, body: string): { problems: string[], request?: Request } {
  let input: { schemaVersion?: unknown, types?: unknown, destination?: Record<string, unknown>, buffering?: Record<string, unknown> }
  try { input = JSON.parse(body) ?? {} } catch { return { problems: ['the request is not JSON'] } }
  const problems: string[] = []
  const schema = String(input.schemaVersion ?? (api === 'logs' ? '2020-08-15' : ''))
  if (!schema) problems.push('schemaVersion is not provided')
  else if (!schemas[api].includes(schema)) problems.push(`schemaVersion should be one of ${schemas[api].join(', ')}`)
  const destination = destinationOf(input.destination ?? {}, problems)
  const types = Array.isArray(input.types) ? input.types as Category[] : []
  if (types.length === 0) problems.push('types should not be empty')
  const unknown = types.filter((type) => !categories.includes(type))
  if (unknown.length) problems.push(`types should be among ${categories.join(', ')}`)
  const buffering = Object.fromEntries(Object.entries(bounds).map(([name, [least, most, usual]]) => {
    const value = input.buffering?.[name] ?? usual
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) problems.push(`${name} should be between ${least} and ${most}`)
    return [name, value]
  })) as unknown as Buffering
  return problems.length ? { problems } : { problems, request: { schema, types, destination: destination!, buffering } }
}

function destinationOf(given: Record<string, unknown>, problems: string[]): Destination | undefined {
  if (given.protocol === 'TCP') {
    if (Number.isInteger(given.port) && (given.port as number) >= 1 && (given.port as number) <= 65_535) return { protocol: 'TCP', port: given.port as number }
    return void problems.push('port is not provided')
  }
  if (given.protocol !== 'HTTP') return void problems.push('protocol should be HTTP or TCP')
  let uri: URL
  try { uri = new URL(String(given.URI)) } catch { return void problems.push('URI is not provided') }
  if (uri.protocol !== 'http:') return void problems.push('URI should be http')
  if (!['sandbox.localdomain', 'sandbox'].includes(uri.hostname)) return void problems.push('URI host should be sandbox.localdomain')
  // A URI without a port has none, though browsers would read 80.
  if (!/^http:\/\/[^/]+:\d+/.test(String(given.URI))) return void problems.push('URI port is not provided')
  const port = Number(uri.port || 80)
  if (port === 9001) return void problems.push('URI port 9001 is reserved')
  const method = given.method ?? 'POST'
  if (method !== 'POST' && method !== 'PUT') return void problems.push('method should be POST or PUT')
  return { protocol: 'HTTP', host: uri.host, port, path: uri.pathname + uri.search, method }
}
