import type { Aws } from '../contracts/aws.ts'
import type { TraceContext } from '../contracts/call.ts'
import type { DomainEvents, EventType, Notices, NoticeType } from '../contracts/events.ts'
import type { Principal } from '../contracts/principal.ts'
import type { Transaction } from '../contracts/store.ts'
import { partitionOf } from './arns.ts'
import { newUuid } from './ids.ts'
import { forgetAnswers, keepAnswer, noticing, type Once, type OnceCall, type OnceStep } from './once.ts'
import type { NewOutboxRow, Outbox, OutboxRow, Rest } from './outbox.ts'
import type { Mounted, PlatformParts } from './parts.ts'
import { servicePrincipalOf, type ActAs, type Conditions, type FurtherRequest, type RoleOfService, type Scope } from './service.ts'
import { bindTables } from './tables.ts'

/** Whose call a scope serves, and where. */
export interface ScopeOrigin {
  account: string
  region: string
  principal: Principal
  operation: string
  requestId: string
  trace: TraceContext
  /** Makes the signal when it is first asked for. */
  signal: () => AbortSignal
  sourceIp: string | undefined
  userAgent: string | undefined
  secureTransport?: boolean | undefined
  calledVia?: string[] | undefined
  once?: OnceCall | undefined
  /** Of the delivery that it serves, where it serves one. */
  rest?: Rest
}

export interface ScopeParts extends Omit<PlatformParts, 'authorize'> {
  room: Mounted
  outbox: Outbox
  hearers: Map<EventType, string[]>
  /** Tells the services that listen to a notice. */
  tell: (type: NoticeType, data: any, place: { account: string, region: string }) => void
  aws: (who: ActingAt) => Aws
  authorize: (at: Scope, service: string, request: {
    actions: string[], resources: string[], conditions: Conditions, resourcePolicy?: string | undefined, resourcePolicyRequired?: boolean,
    resourceTags?: () => Record<string, string> | undefined,
  }) => void | Promise<void>
}

/** Who calls in-process, where, and on whose behalf. */
export interface ActingAt {
  principal: Principal
  account: string
  region: string
  trace?: TraceContext
  calledVia?: string[]
  once?: OnceStep
  requestId?: string
}

/** What a transaction owes when it commits: to the outbox, and to listeners of notices. */
interface Owed { tx: Transaction, rows: NewOutboxRow[], removed: string[], notices: (() => void)[], ended: (() => void)[] }

/** Makes the first argument of an operation. A class, since one is made for every call and its members are seldom all used. */
class CallScope implements Scope {
  readonly #parts: ScopeParts
  readonly #origin: ScopeOrigin
  readonly #owed: Owed | undefined
  readonly account: string
  readonly region: string
  readonly principal: Principal
  readonly operation: string
  readonly requestId: string
  readonly trace: TraceContext
  readonly sourceIp: string | undefined
  readonly userAgent: string | undefined
  readonly secureTransport: boolean | undefined
  readonly calledVia: string[] | undefined
  #tables: any
  #aws: Aws | undefined

  constructor(parts: ScopeParts, origin: ScopeOrigin, owed?: Owed) {
    this.#parts = parts
    this.#origin = origin
    this.#owed = owed
    this.account = origin.account
    this.region = origin.region
    this.principal = origin.principal
    this.operation = origin.operation
    this.requestId = origin.requestId
    this.trace = origin.trace
    this.sourceIp = origin.sourceIp
    this.userAgent = origin.userAgent
    this.secureTransport = origin.secureTransport
    this.calledVia = origin.calledVia
  }

  get tables() {
    const { room, store, blobs } = this.#parts
    return this.#tables ??= bindTables(room.definition.partOf ?? room.definition.name, room.definition.tables, this.#owed?.tx ?? store, this, blobs)
  }

  get signal() { return this.#origin.signal() }
  get state() { return this.#parts.room.state }
  get partition() { return partitionOf(this.region) }
  get blobs() { return this.#parts.blobs }
  get log() { return this.#parts.log }
  get sinks() { return this.#parts.sinks }
  get clock() { return this.#parts.clock }
  get config() { return this.#parts.facts }
  get aws() { return this.#aws ??= this.#parts.aws({ ...this.#place(), principal: this.principal, ...this.#via() }) }

  now(): number { return this.#parts.clock.now() }
  newId(): string { return newUuid() }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    const { rest } = this.#origin
    const passed = new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => { cancel(); reject(signal!.reason) }
      const cancel = this.clock.at(this.now() + ms, () => { signal?.removeEventListener('abort', onAbort); resolve() })
      signal?.addEventListener('abort', onAbort, { once: true })
    })
    return rest ? rest(passed) : passed
  }

  publish<T extends EventType>(type: T, data: DomainEvents[T], options: { order?: string } = {}): void {
    const event = { id: newUuid(), type, account: this.account, region: this.region, at: this.now(), traceId: this.trace.traceId, data }
    for (const service of this.#parts.hearers.get(type) ?? []) {
      this.#owe({ service, task: `on:${type}`, payload: event, at: event.at, ...options.order !== undefined && { order: `${service}:${options.order}` } })
    }
  }

  notify<T extends NoticeType>(type: T, data: Notices[T]): void {
    const tell = () => this.#parts.tell(type, data, this)
    if (this.#owed) this.#owed.notices.push(tell)
    else tell()
  }

  onEnd(callback: () => void): void {
    this.#owedNow('onEnd').ended.push(callback)
  }

  enqueue(task: string, payload: unknown, options: { at?: number, order?: string, id?: string } = {}): void {
    const service = this.#parts.room.definition.name
    this.#owe({
      service, task, payload, at: options.at ?? this.now(), ...options.order !== undefined && { order: `${service}:${task}:${options.order}` },
      ...options.id !== undefined && { id: this.#taskId(task, options.id) },
    })
  }

  cancel(task: string, id: string): void {
    this.#owedNow('cancel').removed.push(this.#taskId(task, id))
  }

  as(who: ActAs, options: { once?: Once, requestId?: string } = {}): Aws {
    const { once, requestId } = options
    const place = { ...this.#place(), ...once && { once: { ...once, calls: 0 } }, ...requestId !== undefined && { requestId } }
    if ('principal' in who) return this.#parts.aws({ principal: who.principal, ...place, ...this.#via() })
    if ('service' in who) {
      const principal: Principal = {
        type: 'service', account: this.account, arn: who.service, userId: who.service, ...who.sourceArn && { sourceArn: who.sourceArn },
      }
      return this.#parts.aws({ principal, ...place })
    }
    let assumed: Promise<Principal> | undefined
    const principal = () => assumed ??= this.#assume(who)
    return new Proxy({} as any, {
      get: (_, service: string) => new Proxy({} as any, {
        get: (_, operation: string) => async (input: unknown) =>
          (this.#parts.aws({ principal: await principal(), ...place }) as any)[service][operation](input),
      }),
    })
  }

  in(place: { account?: string, region?: string, principal?: Principal, trace?: TraceContext }): Scope {
    return new CallScope(this.#parts, { ...this.#origin, ...place }, this.#owed)
  }

  async transact<T>(work: (scope: any) => Promise<T>): Promise<T> {
    if (this.#owed) return work(this)
    const { store, outbox } = this.#parts
    let owed: Owed | undefined
    let committed: OutboxRow[] = []
    const attemptEnded = () => { if (owed && owed.ended.length > 0) for (const callback of owed.ended.splice(0)) callback() }
    const { once } = this.#origin
    let result: T
    try {
      result = await store.transact(async given => {
        const noticed = once && noticing(given)
        const tx = noticed ? noticed.tx : given
        attemptEnded()
        const now: Owed = owed = { tx, rows: [], removed: [], notices: [], ended: [] }
        const value = await work(new CallScope(this.#parts, this.#origin, now))
        for (const id of now.removed) await outbox.remove(tx, id)
        committed = now.rows.length > 0 ? await outbox.add(tx, now.rows) : []
        // What is no output of an operation (a number that was drawn on the way) is not its answer.
        if (once && noticed!.hasWritten() && typeof value === 'object' && value !== null) await keepAnswer(tx, once, this.operation, value)
        return value
      })
    } finally {
      attemptEnded()
    }
    const { removed, notices } = owed!
    if (committed.length > 0 || removed.length > 0) outbox.accept(committed, removed)
    for (const tell of notices) tell()
    return result
  }

  async forgetOnce(group: string): Promise<void> {
    await forgetAnswers(this.#owedNow('forgetOnce').tx, group)
  }

  async authorize(request: FurtherRequest): Promise<void> {
    const at = request.as ? this.in({ principal: await this.#assume(request.as) }) : this
    await this.#parts.authorize(at, this.#parts.room.definition.name, {
      actions: [request.action], resources: [request.resource], conditions: request.conditions ?? {}, resourcePolicy: request.resourcePolicy,
      ...request.resourcePolicyRequired && { resourcePolicyRequired: true }, ...request.resourceTags && { resourceTags: request.resourceTags },
    })
  }

  #assume({ role, sessionName, actingService, ...more }: RoleOfService): Promise<Principal> {
    const { definition } = this.#parts.room
    return this.#parts.assume(role, {
      sessionName: sessionName ?? definition.name, service: actingService ?? servicePrincipalOf(definition), account: this.account, ...more,
    })
  }

  #place() {
    return { account: this.account, region: this.region, trace: this.trace }
  }

  /** A call that is passed on under the caller's own permissions. A room without operations is a door of Fogbank, not a service of AWS. */
  #via(): { calledVia?: string[] } {
    const { definition } = this.#parts.room
    return Object.keys(definition.operations).length > 0 ? { calledVia: [...this.calledVia ?? [], servicePrincipalOf(definition)] } : {}
  }

  #taskId(task: string, id: string): string {
    return `${this.#parts.room.definition.name}:${task}:${this.account}:${this.region}:${id}`
  }

  #owedNow(what: string): Owed {
    if (!this.#owed) throw new Error(`${what} needs a transaction: call it inside scope.transact, so that it commits with the change that causes it.`)
    return this.#owed
  }

  #owe(row: Omit<NewOutboxRow, 'account' | 'region' | 'traceId' | 'lineage'>): void {
    const { account, region, trace: { traceId, lineage } } = this
    this.#owedNow('publish or enqueue').rows.push({ ...row, account, region, traceId, ...lineage !== undefined && { lineage } })
  }
}

export const makeScope = (parts: ScopeParts, origin: ScopeOrigin): Scope => new CallScope(parts, origin)
