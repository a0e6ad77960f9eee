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
}

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
  events: table<EventRow>()({ name: 'events', key: row => [row.group, row.stream, row.timestamp, row.id] }),
}

export type Logs = Scope<typeof tables, LogsState>

export interface LogsState {
  /** Numbers events of one millisecond. */
  sequence: number
}

export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ResourceAlreadyExistsException = awsError('ResourceAlreadyExistsException')
export const InvalidParameterException = awsError('InvalidParameterException')
export const ValidationException = awsError('ValidationException')
export const LimitExceededException = awsError('LimitExceededException')

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

export async function streamNamed(logs: Logs, group: string, name: string): Promise<StreamRow> {
  const stream = await logs.tables.streams.get(group, name)
  if (!stream) throw new ResourceNotFoundException('The specified log stream does not exist.')
  return stream
}

/** Events before this time have outlived the group's retention. */
export const expiredBefore = (logs: Logs, group: GroupRow): number => group.retentionDays === undefined ? 0 : logs.now() - group.retentionDays * dayMs
