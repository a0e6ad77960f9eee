import type { Socket } from 'node:net'
import type { Aws, Operations } from '../contracts/aws.ts'
import type { Call, HttpRequest, HttpResponse, TraceContext } from '../contracts/call.ts'
import type { Clock } from '../contracts/clock.ts'
import type { CrossOriginAnswer, CrossOriginRequest } from '../contracts/cross-origin.ts'
import type { DomainEvent, DomainEvents, EventType, Notices, NoticeType } from '../contracts/events.ts'
import type { OrganizationDirectory, Sessions } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import type { Sandboxes } from '../contracts/sandbox.ts'
import type { Sinks, UsageSum } from '../contracts/sinks.ts'
import type { Blobs } from './blobs.ts'
import type { Logger } from './logging.ts'
import type { Once } from './once.ts'
import type { ResourceType } from './resource-type.ts'
import type { Table, TableDefinition } from './tables.ts'

/**
 * What an operation may touch; its first argument. One is made for each call, bound to the caller's account and region.
 * `Tables` are the service's own; `State` is what the service keeps in memory, made by `open`.
 */
export interface Scope<Tables = any, State = any> {
  /** The service's tables, scoped to this account and region. Inside a transaction they take part in it. */
  tables: { [K in keyof Tables]: Tables[K] extends TableDefinition<infer Row, infer K2> ? Table<Row, K2> : never }
  state: State
  account: string
  region: string
  /** `aws`, `aws-cn`, `aws-us-gov`, by the region. */
  partition: string
  principal: Principal
  requestId: string
  operation: string
  trace: TraceContext
  sourceIp: string | undefined
  userAgent: string | undefined
  secureTransport?: boolean | undefined
  /** The services that passed the call on under the caller's permissions: aws:CalledVia. */
  calledVia?: string[] | undefined
  /** Aborted when the caller hangs up or the cloud stops. */
  signal: AbortSignal
  blobs: Blobs
  log: Logger
  sinks: Sinks
  clock: Clock
  config: CloudFacts
  /** Milliseconds since 1970, by the cloud's clock. */
  now(): number
  /** A random UUID. */
  newId(): string
  /** Waits on the cloud's clock, rejects with the signal's reason where that is aborted before. A task that waits so is not under way for `settle`. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** Publishes a domain event in this transaction. `order`: events of the same order key are delivered one after another. */
  publish<T extends EventType>(type: T, data: DomainEvents[T], options?: { order?: string }): void
  /** Tells listeners in this process, once the transaction has committed, that there is something to fetch. Not stored: see `Notices`. */
  notify<T extends NoticeType>(type: T, data: Notices[T]): void
  /** Calls back when the running transaction has ended, whether it committed or not, and before anybody is told of it; once for each attempt. */
  onEnd(callback: () => void): void
  /** Queues a task of this service (its `tasks`), durably, in this transaction; due now or at a time. A task with the same `id` is replaced. */
  enqueue(task: string, payload: unknown, options?: { at?: number, order?: string, id?: string }): void
  /** Takes back a task that was queued with an `id`. */
  cancel(task: string, id: string): void
  /** Other services' AWS APIs, in-process, as the caller of this operation. Not part of this transaction. */
  aws: Aws
  /**
   * The same as another principal: a role (its ARN), this service acting for a resource, or a principal that a durable operation remembers.
   * `once`: the calls take effect once, also where they are made again after a crash. `requestId`: that of the call, for who tells of it; each has its
   * own otherwise.
   */
  as(who: ActAs, options?: { once?: Once, requestId?: string }): Aws
  /** Forgets the answers of the calls made with `once`, in this transaction, which records that their steps are over. */
  forgetOnce(group: string): Promise<void>
  /**
   * The same scope in another account or region, for another principal (who signed a request that is no AWS operation), or under another segment of a
   * trace.
   */
  in(place: { account?: string, region?: string, principal?: Principal, trace?: TraceContext }): Scope<Tables, State>
  /** Runs the work in one transaction (the running one, where there is one). The work may run again on conflict. */
  transact<T>(work: (scope: Scope<Tables, State>) => Promise<T>): Promise<T>
  /**
   * Throws AccessDenied unless the caller may also do this: for checks that depend on what the operation finds (iam:PassRole, s3:GetObject of a
   * copy's source).
   */
  authorize(request: FurtherRequest): Promise<void>
}

/** What an operation asks about its caller beyond its rule. */
export interface FurtherRequest {
  action: string
  resource: string
  conditions?: Conditions
  resourcePolicy?: string
  /** The resource's policy has to allow, even within the account. */
  resourcePolicyRequired?: boolean
  resourceTags?: () => Record<string, string> | undefined
  /** Who is asked about in place of the caller: a role of this service's, before it is made to do something. */
  as?: RoleOfService
}

/**
 * A role whose trust policy names the service that acts: this one, or `actingService`. `sourceArn`: the resource for which it acts, the
 * aws:SourceArn of a trust policy that guards against a confused deputy.
 */
export interface RoleOfService { role: string, sessionName?: string, sourceIdentity?: string, actingService?: string, sourceArn?: string }

/** Whom `scope.as` acts as. */
export type ActAs = RoleOfService | { service: string, sourceArn?: string } | { principal: Principal }

/** Facts of the cloud that services put into URLs and outputs. */
export interface CloudFacts {
  /** `http://127.0.0.1:4566`: how a caller on this machine reaches it. */
  endpoint: string
  /** Folder of the data, absolute; a temporary one for an ephemeral cloud. */
  dataFolder: string
  /** The port of the endpoint, which functions see inside their sandbox as well. */
  port: number
  /** Answers a connection as the gateway does: for endpoints inside sandboxes. */
  serveGateway: (socket: Socket) => void
  sandboxes: Sandboxes
  /** The names of the services that this cloud has. */
  services: readonly string[]
  /** A CloudFormation resource type of any service, by its full name; undefined where no service has it. */
  resourceType: (type: string) => Promise<ResourceType<any> | undefined>
  /** The names of all of them; asking loads every service that has one. */
  resourceTypeNames: () => Promise<string[]>
  /** What accounts have used, by month. */
  usage: { month(account: string, month: string): Promise<UsageSum[]> }
  /** Opens sessions of roles and users; what STS hands out. */
  sessions?: Sessions
  /** Which accounts are in which organization. */
  organizations?: OrganizationDirectory
}

export type Conditions = Record<string, string | string[] | number | boolean | undefined>

/**
 * Who may do an operation: the action (default `PREFIX:Operation`), the ARNs it touches, what its condition keys hold, and the
 * policy attached to the resource, where there is one. An operation without a rule fails a test.
 */
export interface AuthorizationRule<S, Input> {
  /** Default: `PREFIX:OperationName`. */
  action?: string | ((scope: S, input: Input) => string | string[])
  /** `'*'` where AWS documents no resource types; `'none'` where no permission is needed (sts:GetCallerIdentity). */
  resource: '*' | 'none' | ((scope: S, input: Input) => string | string[] | Promise<string | string[]>)
  conditions?: (scope: S, input: Input) => Conditions | Promise<Conditions>
  /** The resource's own policy, as JSON, and the account that owns it (default: the scope's). */
  resourcePolicy?: (scope: S, input: Input) => Promise<string | undefined>
  /** That policy has to allow, even within the account: key policies. */
  resourcePolicyRequired?: boolean
  /** The tags of the resource: the condition keys aws:ResourceTag/… . Asked only where a policy speaks of them. */
  resourceTags?: (scope: S, input: Input) => Promise<Record<string, string> | undefined> | Record<string, string> | undefined
  /** The account that owns the resource; default: the one in its ARN, or the scope's. */
  resourceAccount?: (scope: S, input: Input) => Promise<string | undefined>
}

export interface ServiceDefinition<Client = any, S extends Scope = any> {
  /** Name of the room and of the CLI's command: `sqs`, `logs`, `apigatewayv2`. */
  name: string
  /** Another API of the service of this name: it works on that service's tables and state. */
  partOf?: string
  /** Name of the model tables in `dist/models`, where it differs from `name`. */
  model?: string
  /** Prefix of the IAM actions, where it differs from `name`: `apigateway`. */
  iamPrefix?: string
  /** The name on the bill: `AWSLambda`. */
  billing?: string
  tables: Record<string, TableDefinition<any, any>>
  operations: { [K in keyof Operations<Client>]?: Operations<Client>[K] extends (input: infer I) => Promise<infer O> ? Operation<S, I, O> : never }
  authorization: { [K in keyof Operations<Client>]?: AuthorizationRule<S, Operations<Client>[K] extends (input: infer I) => any ? I : never> }
  /** What the service keeps in memory, made when the service is first needed; `close` when the cloud stops. May start background work. */
  open?: (scope: Scope) => Promise<any> | any
  close?: (state: any) => Promise<void>
  /** Ends answers that would go on for ever (live tails, long polls), before the gateway waits for its callers. */
  closing?: (state: any) => void
  /** Resolves when nothing that the service began in memory is under way; `settle()` of a test waits for it. */
  settle?: (state: any) => Promise<void>
  /** The sinks that the service owns: the logs service takes log lines. `at` makes its scope for an account and region. */
  sinks?: { [K in keyof Sinks]?: (at: (place: { account: string, region: string }) => S, record: Parameters<Sinks[K]>[0]) => ReturnType<Sinks[K]> }
  /** Runs once, as soon as the cloud serves: recovery. A service without it is loaded only when it is asked, or when it owes a task. */
  start?: (scope: S) => Promise<void>
  /** Domain events the service hears. Delivered at least once, outside of a transaction. */
  hears?: { [T in EventType]?: (scope: S, event: DomainEvent<T>) => Promise<void> }
  /** Notices the service listens to; a handler starts what it starts and returns. */
  notices?: { [T in NoticeType]?: (scope: S, data: Notices[T]) => void }
  /** Work the service owes itself, queued by `scope.enqueue`. Done at least once; a throw means again later, with back-off. */
  tasks?: Record<string, (scope: S, payload: any, attempt: { attempts: number, id: string }) => Promise<void>>
  /** Requests that are no AWS operation (HTTP APIs, function URLs): the first service whose `claims` is true gets them. */
  http?: {
    claims: (request: { host: string, path: string, method: string }) => boolean
    /** Requests that may be the service's own, which only its rows know (custom domain names): `owns` decides. */
    mayClaim?: (request: { host: string, path: string, method: string }) => boolean
    owns?: (scope: S, request: { host: string, path: string, method: string }) => Promise<boolean>
    handle: (scope: S, request: HttpRequest) => Promise<HttpResponse>
  }
  /** What browsers are told about pages of other origins, where the owner of a place says it (S3); undefined for a place that is not there. */
  crossOrigin?: (scope: S, request: CrossOriginRequest) => Promise<CrossOriginAnswer | undefined>
  /** For the billing of what an operation used; a request is always counted. */
  usage?: (call: Call, output: any) => { usageType: string, quantity: number, unit: string, resource?: string }[]
  /** AWS::…::… resource types that the service owns: see platform/resource-type.ts. */
  resourceTypes?: Record<string, ResourceType<any>>
}

/** By which name policies know a service: `lambda.amazonaws.com`. */
export const servicePrincipalOf = ({ name, iamPrefix = name }: { name: string, iamPrefix?: string | undefined }): string => `${iamPrefix}.amazonaws.com`

export type Operation<S, Input, Output> = ((scope: S, input: Input) => Promise<Output>) & { longRunning?: boolean }

/** Declares a service, checked by the compiler against the SDK's client type: a misspelled operation or a wrong output does not compile. */
export function service<Client, S extends Scope>(definition: ServiceDefinition<Client, S>): ServiceDefinition<Client, S> {
  return definition
}

/**
 * Marks an operation that must not run inside one transaction, because it waits (Invoke, ReceiveMessage's long poll) or streams
 * (PutObject). Its table calls commit one by one; `scope.transact` groups those that belong together. Where that transaction returns
 * something, it is the operation's output: it is what a call that is made again with `once` is answered.
 */
export function longRunning<F extends (...args: any[]) => any>(operation: F): F & { longRunning: true } {
  return Object.assign((...args: any[]) => operation(...args), { longRunning: true as const }) as any
}
