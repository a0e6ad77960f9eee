import type { Clock } from '../contracts/clock.ts'
import type { Principal } from '../contracts/principal.ts'
import type { Sinks } from '../contracts/sinks.ts'
import type { Store } from '../contracts/store.ts'
import type { BlobFiles } from './blobs.ts'
import type { Logger } from './logging.ts'
import type { Room } from './room.ts'
import type { CloudFacts, Conditions, ServiceDefinition } from './service.ts'

/** What is asked of the policy engine before an operation runs, or by an operation for what it finds. */
export interface AuthorizationRequest {
  principal: Principal
  service: string
  actions: string[]
  resources: string[]
  conditions: Conditions
  resourcePolicy?: string | undefined
  /** The resource's policy has to allow, even within the account: trust policies of roles, key policies. */
  resourcePolicyRequired?: boolean
  resourceAccount: string
  region: string
  sourceIp?: string
  userAgent?: string
  secureTransport?: boolean
  calledVia?: string[]
  /** What the caller sent: its tags are the condition keys aws:RequestTag/… and aws:TagKeys. */
  input?: unknown
  /** Asked only where a policy speaks of the resource's tags. */
  resourceTags?: () => Promise<Record<string, string> | undefined> | Record<string, string> | undefined
}

/** How Fogbank itself opens a session of a role: which service acts, in which account, and because of which resource. */
export interface AssumeOptions { sessionName: string, service: string, account: string, sourceIdentity?: string, sourceArn?: string }

export interface PlatformParts {
  rooms: Room[]
  store: Store
  blobs: BlobFiles
  /** How long a blob that no row names is kept; default: an hour. */
  blobGraceMs?: number
  clock: Clock
  log: Logger
  sinks: Sinks
  facts: CloudFacts
  /** Throws AccessDenied. */
  authorize: (request: AuthorizationRequest) => void | Promise<void>
  /** The principal of a role session that Fogbank itself opens. Throws AccessDenied where the role's trust policy does not let the service. */
  assume: (role: string, options: AssumeOptions) => Promise<Principal>
  /** Checks the input of an in-process call as the gateway checks one from outside; throws the service's validation error. */
  validate: (service: string, operation: string, input: unknown) => void
}

/** A service and what it keeps in memory. */
export interface Mounted { definition: ServiceDefinition, state: any }
