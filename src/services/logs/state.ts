import { arn } from '../../platform/arns.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export interface GroupRow {
  name: string
  createdAt: number
  retentionDays?: number
  logGroupClass: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY'
  tags: Tags
  deletionProtected?: boolean
  /** How many filters of each kind the group has, so that a group without any pays nothing for them. */
  subscriptionFilterCount?: number
  metricFilterCount?: number
}

export interface SubscriptionFilterRow {
  group: string
  name: string
  pattern: string
  destinationArn: string
  roleArn?: string
  distribution: 'Random' | 'ByLogStream'
  createdAt: number
}

export interface MetricFilterRow {
  group: string
  name: string
  pattern: string
  createdAt: number
  metricName: string
  metricNamespace: string
  /** A number, or `$.field` or `$field` of the event. */
  metricValue: string
  defaultValue?: number
  dimensions?: Record<string, string>
  unit: string
}

export interface QueryDefinitionRow { id: string, name: string, queryString: string, groups: string[], modifiedAt: number }

export interface ResourcePolicyRow { name: string, document: string, updatedAt: number }

export interface StreamRow {
  group: string
  name: string
  createdAt: number
  firstEventAt?: number
  lastEventAt?: number
  lastIngestionAt?: number
}

export interface EventRow {
  group: string
  stream: string
  timestamp: number
  /** 56 digits that rise with the time of the event and the order of ingestion. */
  id: string
  ingestionTime: number
  message: string
}

export const tables = {
  groups: table<GroupRow>()({ name: 'groups', key: row => [row.name] }),
  streams: table<StreamRow>()({ name: 'streams', key: row => [row.group, row.name] }),
  subscriptionFilters: table<SubscriptionFilterRow>()({ name: 'subscriptionFilters', key: row => [row.group, row.name] }),
  metricFilters: table<MetricFilterRow>()({ name: 'metricFilters', key: row => [row.group, row.name] }),
  queryDefinitions: table<QueryDefinitionRow>()({ name: 'queryDefinitions', key: row => [row.name, row.id] }),
  resourcePolicies: table<ResourcePolicyRow>()({ name: 'resourcePolicies', key: row => [row.name] }),
  events: table<EventRow>()({ name: 'events', key: row => [row.group, row.stream, row.timestamp, row.id] }),
}

export type Logs = Scope<typeof tables, LogsState>

export interface LogsState {
  /** Numbers events of one millisecond. */
  sequence: number
  /** Open live tails. */
  tails: Set<Tail>
  /** Minutes of metric filters that have a default value, by account, region, group and filter. */
  minutes: Map<string, MinuteOfFilter>
  queries: Map<string, Query>
  /** Queries under way. */
  running: Set<Promise<void>>
}

/** An open live tail: what it listens to, and what it has not sent yet. */
export interface Tail {
  account: string
  region: string
  /** By the name of the group, its identifier as the caller gave it. */
  groups: Map<string, string>
  matches: (stream: string, message: string) => boolean
  pending: { logStreamName: string, logGroupIdentifier: string, message: string, timestamp: number, ingestionTime: number }[]
  /** More came in than a second's update holds. */
  sampled: boolean
  end: () => void
}

/** The minute in which a filter last saw events, and whether one matched: where none did, the default value is its point. */
export interface MinuteOfFilter { until: number, matched: boolean }

export interface Query {
  id: string
  account: string
  region: string
  queryString: string
  groups: string[]
  status: 'Running' | 'Complete' | 'Failed' | 'Cancelled' | 'Timeout'
  createdAt: number
  durationMs: number
  userIdentity: string
  results: Record<string, string>[]
  statistics: { recordsMatched: number, recordsScanned: number, bytesScanned: number, logGroupsScanned: number }
}

export const openState = (): LogsState => ({ sequence: 0, tails: new Set(), minutes: new Map(), queries: new Map(), running: new Set() })

export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ResourceAlreadyExistsException = awsError('ResourceAlreadyExistsException')
export const InvalidParameterException = awsError('InvalidParameterException')
export const ValidationException = awsError('ValidationException')
export const LimitExceededException = awsError('LimitExceededException')
export const MalformedQueryException = awsError('MalformedQueryException')

export const batchBytesMax = 1_048_576
export const batchEventsMax = 10_000
/** What AWS counts for an event besides its message. */
export const eventOverheadBytes = 26
export const messageBytesMax = 1_048_576 - eventOverheadBytes
export const dayMs = 86_400_000
export const pastMaxMs = 14 * dayMs
export const futureMaxMs = 2 * 3_600_000
export const retentionDaysAllowed = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]

export const groupArn = (logs: Logs, name: string): string => arn(logs, 'logs', `log-group:${name}`)

/** The name in a group's identifier: a name, or an ARN with or without its final `:*`. */
export function groupNameOf(identifier: string): string {
  const match = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(identifier)
  return match ? match[1]! : identifier
}

export async function groupNamed(logs: Logs, name: string | undefined): Promise<GroupRow> {
  const group = name === undefined ? undefined : await logs.tables.groups.get(name)
  if (!group) throw new ResourceNotFoundException('The specified log group does not exist.')
  return group
}

/** The group that an operation names by name or by identifier; exactly one of them. */
export async function groupOf(logs: Logs, input: { logGroupName?: string | undefined, logGroupIdentifier?: string | undefined }): Promise<GroupRow> {
  const { logGroupName: name, logGroupIdentifier: identifier } = input
  if (name !== undefined && identifier !== undefined) throw new InvalidParameterException('logGroupName and logGroupIdentifier cannot be provided together.')
  if (name === undefined && identifier === undefined) throw new InvalidParameterException('Either logGroupName or logGroupIdentifier must be provided.')
  return groupNamed(logs, identifier === undefined ? name : groupNameOf(identifier))
}

/** Filters, subscriptions and live tails are for the standard class. */
export function requireStandard(group: GroupRow): void {
  if (group.logGroupClass !== 'STANDARD') throw new ValidationException('This operation is only supported on the Standard log class.')
}

/** Refuses members that are given, by their names. */
export function refuseMembers(input: object, names: string[]): void {
  for (const name of names) {
    const value = (input as Record<string, unknown>)[name]
    if (value === undefined || value === false || value === '' || (Array.isArray(value) && value.length === 0)) continue
    throw new InvalidParameterException(`${name} is not supported by Fogbank.`)
  }
}

export async function streamNamed(logs: Logs, group: string, name: string): Promise<StreamRow> {
  const stream = await logs.tables.streams.get(group, name)
  if (!stream) throw new ResourceNotFoundException('The specified log stream does not exist.')
  return stream
}

/** Events before this time have outlived the group's retention. */
export const expiredBefore = (logs: Logs, group: GroupRow): number => group.retentionDays === undefined ? 0 : logs.now() - group.retentionDays * dayMs
