import type { Aws } from '../contracts/aws.ts'
import type { Call, TraceContext } from '../contracts/call.ts'
import type { EventType, NoticeType } from '../contracts/events.ts'
import type { Principal } from '../contracts/principal.ts'
import type { Segment } from '../contracts/sinks.ts'
import { accountOfArn } from './arns.ts'
import { createBlobSweep, type BlobSweep } from './blob-sweep.ts'
import { AwsError, NotImplemented } from './errors.ts'
import { newSegmentId, newTraceId, newUuid } from './ids.ts'
import { answerOf, changesNothing } from './once.ts'
import { createOutbox, type Outbox, type OutboxRow, type Rest } from './outbox.ts'
import type { AuthorizationRequest, Mounted, PlatformParts } from './parts.ts'
import { blobTables, checkDeclared, type Room } from './room.ts'
import { makeScope, type ActingAt, type ScopeOrigin, type ScopeParts } from './scope.ts'
import { servicePrincipalOf, type AuthorizationRule, type Operation, type Scope, type ServiceDefinition } from './service.ts'
import { unavailable } from './store-errors.ts'
import { tableHasRows } from './tables.ts'

export interface Platform {
  perform(call: Call): Promise<any>
  /** A scope outside of any call, of a service that is loaded: for background work and raw HTTP requests. */
  scope(service: string, origin: Partial<ScopeOrigin>): Scope
  /** Loads and opens a service, once, at its first use. Throws where there is none of that name. */
  load(service: string): Promise<ServiceDefinition>
  aws(who: ActingAt): Aws
  outbox: Outbox
  blobSweep: BlobSweep
  start(): Promise<void>
  /** Resolves when no delivery is outstanding and nothing that a service tracks is under way. */
  settle(): Promise<void>
  /** Ends the answers that would go on for ever. */
  closing(): void
  stop(): Promise<void>
}

/** Mounts the services on the floors and gives each call its way: trace segment, permission, transaction, usage. */
export async function createPlatform(parts: PlatformParts): Promise<Platform> {
  const rooms = new Map(parts.rooms.map(room => [room.name, room]))
  const mounted = new Map<string, OpenRoom>()
  const opening = new Map<string, Promise<OpenRoom>>()
  const hearers = new Map<EventType, string[]>()
  let nextTellAt = 0
  const outbox = createOutbox({ store: parts.store, clock: parts.clock, log: parts.log, deliver })

  const blobSweep = createBlobSweep({
    ...parts, tables: blobTables(parts.rooms, async name => (await mount(name)).definition),
    ...parts.blobGraceMs !== undefined && { graceMs: parts.blobGraceMs },
  })

  function scope(service: string, origin: Partial<ScopeOrigin>): Scope {
    const room = mounted.get(service)
    if (!room) throw new Error(`The service ${service} is not loaded.`)
    return makeScope(room.parts, originOf(room.definition, origin))
  }

  const originOf = (definition: ServiceDefinition, origin: Partial<ScopeOrigin>): ScopeOrigin => ({
    account: '', region: '', principal: servicePrincipal(definition, origin.account ?? ''), operation: '', requestId: newUuid(), trace: newTrace(),
    signal: never,
    sourceIp: undefined, userAgent: undefined, secureTransport: undefined, calledVia: undefined, ...origin,
  })

  /** The mounted service: at once where it is loaded, as nearly always. */
  const mount = (name: string): OpenRoom | Promise<OpenRoom> => mounted.get(name) ?? opened(name)

  function opened(name: string): Promise<OpenRoom> {
    let room = opening.get(name)
    if (!room) {
      opening.set(name, room = open(name))
      // The next who asks tries again.
      room.catch(() => opening.delete(name))
    }
    return room
  }

  async function open(name: string): Promise<OpenRoom> {
    const room = rooms.get(name)
    if (!room) throw new Error(`There is no service named ${name}.`)
    const definition = await room.load()
    checkDeclared(room, definition)
    const bare: Mounted = { definition, state: undefined }
    const ready: OpenRoom = Object.assign(bare, { parts: { ...parts, room: bare, outbox, hearers, tell, aws, authorize } })
    ready.state = definition.partOf === undefined
      ? await definition.open?.(makeScope(ready.parts, originOf(definition, {})))
      : (await mount(definition.partOf)).state
    mounted.set(name, ready)
    return ready
  }

  const newTrace = (): TraceContext => ({ traceId: newTraceId(parts.clock.now()), sampled: true })

  function tell(type: NoticeType, data: unknown, { account, region }: { account: string, region: string }): void {
    for (const [name, { definition }] of mounted) (definition.notices as any)?.[type]?.(scope(name, { account, region, operation: type }), data)
  }

  async function deliver(row: OutboxRow, rest: Rest): Promise<void> {
    const room = await mount(row.service)
    const trace = row.traceId ? { traceId: row.traceId, sampled: true, ...row.lineage !== undefined && { lineage: row.lineage } } : newTrace()
    const at = scope(row.service, { account: row.account, region: row.region, operation: row.task, trace, rest })
    if (row.task.startsWith('on:')) return (room.definition.hears as any)[row.task.slice(3)](at, row.payload)
    const task = room.definition.tasks?.[row.task]
    if (!task) throw new Error(`${row.service} has no task named ${row.task}.`)
    await task(at, row.payload, { attempts: row.attempts, id: row.id })
  }

  function authorize(at: Scope, service: string, request: Asked) {
    // What a caller names by its ARN may be another account's: then that account has a word as well.
    let resourceAccount = at.account
    for (const resource of request.resources) {
      const account = accountOfArn(resource)
      if (account === undefined || account === at.account) continue
      resourceAccount = account
      break
    }
    const asked: AuthorizationRequest = { principal: at.principal, service, resourceAccount, region: at.region, ...request }
    if (at.sourceIp) asked.sourceIp = at.sourceIp
    if (at.userAgent) asked.userAgent = at.userAgent
    if (at.calledVia) asked.calledVia = at.calledVia
    if (at.secureTransport !== undefined) asked.secureTransport = at.secureTransport
    return parts.authorize(asked)
  }

  async function checkRule(at: Scope, definition: ServiceDefinition, operation: string, rule: AuthorizationRule<Scope, any>, input: any): Promise<void> {
    const action = typeof rule.action === 'function' ? rule.action(at, input) : rule.action ?? `${definition.iamPrefix ?? definition.name}:${operation}`
    const { resourceTags, conditions } = rule
    let named = typeof rule.resource === 'string' ? rule.resource : rule.resource(at, input)
    // Most of these answer at once, and a turn of the microtasks costs as much as they do.
    if (named instanceof Promise) named = await named
    const resourceAccount = rule.resourceAccount && await rule.resourceAccount(at, input)
    let found = conditions?.(at, input)
    if (found instanceof Promise) found = await found
    const request: Asked = {
      // A request that names nothing asks for everything: a list without resources would be allowed to anybody.
      input, actions: listOf(action), resources: named.length > 0 ? listOf(named) : ['*'], conditions: found ?? {},
      resourcePolicy: rule.resourcePolicy && await rule.resourcePolicy(at, input),
    }
    if (resourceAccount !== undefined) request.resourceAccount = resourceAccount
    if (resourceTags) request.resourceTags = () => resourceTags(at, input)
    if (rule.resourcePolicyRequired) request.resourcePolicyRequired = true
    const decision = authorize(at, definition.name, request)
    if (decision instanceof Promise) await decision
  }

  async function perform(call: Call): Promise<any> {
    const known = mounted.get(call.service)
    const room = known ?? (rooms.has(call.service) ? await opened(call.service) : undefined)
    const operation = room && (room.definition.operations as Record<string, any>)[call.operation]
    if (!operation) throw new NotImplemented(`${call.operation} of ${call.service} is not implemented by Fogbank.`)
    const { definition } = room
    const id = newSegmentId()
    const trace: TraceContext = { traceId: call.trace?.traceId ?? newTraceId(parts.clock.now()), parentId: id, sampled: call.trace?.sampled ?? true }
    if (call.trace?.lineage !== undefined) trace.lineage = call.trace.lineage
    const at = makeScope(room.parts, {
      account: call.account, region: call.region, principal: call.principal, operation: call.operation, requestId: call.requestId, trace,
      signal: call.signal ?? never, sourceIp: call.sourceIp, userAgent: call.userAgent, secureTransport: call.secureTransport, calledVia: call.calledVia,
      once: call.once,
    })
    const start = parts.clock.now()
    let failure: unknown
    try {
      const rule = (definition.authorization as Record<string, AuthorizationRule<Scope, any>>)[call.operation]
      if (!rule) throw new Error(`${call.service}:${call.operation} has no authorization rule.`)
      if (rule.resource !== 'none') await checkRule(at, definition, call.operation, rule, call.input)
      const { once } = call
      const before = once && await parts.store.transact(tx => answerOf(tx, once, call.operation))
      if (before) return before.output
      const output = (operation.longRunning ? await operation(at, call.input) : await at.transact(work(operation, call))) ?? {}
      meter(definition, call, output, start)
      return output
    } catch (error) {
      failure = unavailable(error) ?? error
      if (failure !== error) tellOfStore(failure as AwsError, call)
      throw failure
    } finally {
      const segment: Segment = {
        traceId: trace.traceId, id, name: call.service, service: call.service, operation: call.operation, account: call.account, region: call.region,
        requestId: call.requestId, start, end: parts.clock.now(),
      }
      if (call.trace?.parentId) segment.parentId = call.trace.parentId
      if (failure !== undefined) segment.error = errorFacts(failure)
      parts.sinks.trace(segment)
    }
  }

  /** An operation without an output has an answer nevertheless, where that is to be kept. */
  const work = (operation: Operation<any, any, any>, { input, once }: Call) =>
    once ? async (inside: Scope) => await operation(inside, input) ?? {} : (inside: Scope) => operation(inside, input)

  /** Says once a minute what is the matter with the store: every caller hears it, and the log may lie on the same disk. */
  function tellOfStore({ message, cause }: AwsError, { service, operation }: Call): void {
    if (parts.clock.now() < nextTellAt) return
    nextTellAt = parts.clock.now() + 60_000
    parts.log.error(message, { dataFolder: parts.facts.dataFolder, service, operation, error: String((cause as Error).cause ?? cause) })
  }

  function meter(definition: ServiceDefinition, call: Call, output: unknown, at: number) {
    const { account, region, operation } = call
    const service = definition.billing ?? definition.name
    parts.sinks.usage({ account, region, service, operation, at, usageType: 'API-Request', quantity: 1, unit: 'Requests' })
    if (definition.usage) for (const used of definition.usage(call, output)) parts.sinks.usage({ account, region, service, operation, at, ...used })
  }

  /** Other services' operations as functions; made when they are first named. */
  function aws(who: ActingAt): Aws {
    return new Proxy({} as any, {
      get: (_, service: string) => new Proxy({} as any, {
        get: (_, operation: string) => async (input: unknown = {}) => {
          const { once: step, ...rest } = who
          const once = step && !changesNothing(operation) ? { group: step.group, step: step.step, index: step.calls++ } : undefined
          parts.validate(service, operation, input)
          return perform({ service, operation, input, requestId: newUuid(), secureTransport: true, ...rest, ...once && { once } })
        },
      }),
    })
  }

  for (const { name, hears = [] } of rooms.values()) for (const type of hears) hearers.set(type, [...hearers.get(type) ?? [], name])
  for (const { name, opensAtOnce } of rooms.values()) if (opensAtOnce) await opened(name)

  /** What is mounted, in the order of the list. */
  const inOrder = () => [...rooms.keys()].flatMap(name => mounted.get(name) ?? [])

  const starts: Promise<void>[] = []
  async function startRoom(name: string): Promise<void> {
    const { definition } = await mount(name)
    await definition.start?.(scope(name, {}))
  }

  async function startWhereNeeded(name: string, begins: NonNullable<Room['starts']>): Promise<void> {
    const tables = begins === true ? [] : [begins.whereTableHasRows].flat()
    const owes = await Promise.all(tables.map(table => tableHasRows(parts.store, name, table)))
    if (begins === true || owes.includes(true)) await startRoom(name)
  }

  return {
    perform, scope, aws, outbox, blobSweep,
    load: async name => (await mount(name)).definition,
    async start() {
      for (const { name, opensAtOnce } of rooms.values()) if (opensAtOnce) await startRoom(name)
      for (const { name, starts: begins, opensAtOnce } of rooms.values()) {
        if (begins && !opensAtOnce) {
          starts.push(startWhereNeeded(name, begins).catch(error => parts.log.error('a service could not begin its background work', { service: name, error })))
        }
      }
      await outbox.start()
      blobSweep.start()
    },
    async settle() {
      await Promise.all(starts)
      await outbox.settle()
      await Promise.allSettled(opening.values())
      for (const { definition, state } of inOrder()) await definition.settle?.(state)
    },
    closing() {
      for (const { definition, state } of inOrder()) definition.closing?.(state)
    },
    async stop() {
      await Promise.all([outbox.stop(), blobSweep.stop()])
      await Promise.all(starts)
      // What is still being loaded is closed as well.
      await Promise.allSettled(opening.values())
      for (const { definition, state } of inOrder().reverse()) await definition.close?.(state)
    },
  }
}

/** A service that is open, and what its scopes are made of. */
interface OpenRoom extends Mounted { parts: ScopeParts }

const neverAborted = new AbortController().signal
const never = () => neverAborted

function servicePrincipal(definition: ServiceDefinition, account: string): Principal {
  const name = servicePrincipalOf(definition)
  return { type: 'service', account, arn: name, userId: name }
}

/** What a rule, or an operation, asks about its caller. */
type Asked = Omit<AuthorizationRequest, 'principal' | 'service' | 'resourceAccount' | 'region'> & { resourceAccount?: string }

const listOf = (one: string | string[]): string[] => typeof one === 'string' ? [one] : one

const errorFacts = (error: unknown) => error instanceof AwsError
  ? { code: error.code, message: error.message, status: error.status }
  : { code: 'InternalFailure', message: String(error), status: 500 }

