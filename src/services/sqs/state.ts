import type { DataKeys } from '../../platform/data-keys.ts'
import { AwsError, awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'
import type { TimeCounts } from './queues/time-counts.ts'

export interface QueueRow {
  name: string
  /** Never used again: a later queue of this name has another. */
  id: number
  /** Names the rows of its messages; a purge gives the queue a new one. */
  data: number
  createdAt: number
  modifiedAt: number
  /** What was set by the caller, and the defaults of the day it was created. */
  attributes: Record<string, string>
  tags: Tags
  purgedAt?: number
}

export interface AttributeValue { DataType: string, StringValue?: string, BinaryValue?: Uint8Array }

/** What a message is, wherever it waits. Times in milliseconds since 1970. */
export interface Message {
  q: number
  /** Rises in the order of sending. */
  seq: number
  /** When it can be received; in the future for one that is delayed or in flight. */
  at: number
  id: string
  /** Absent where it is large: then it is a row of `bodies`. */
  body?: string
  md5: string
  sizeBytes: number
  sentAt: number
  sender: string
  attributes?: Record<string, AttributeValue>
  /** Body and attributes are sealed with a data key, for the queue that it was sent to: see messages/sealing.ts. */
  sealed?: { keyArn: string, dataKey: Uint8Array, sealedFor: string }
  traceHeader?: string
  group?: string
  deduplicationId?: string
  /** ARN of the queue that gave it up. */
  deadLetterSource?: string
  receives: number
  /** Receives from the queue that gave it up: AWS counts across all queues. */
  earlierReceives?: number
  firstReceivedAt?: number
  receivedAt?: number
}

export interface GroupRow {
  q: number
  group: string
  /** When its next message can be received, and the message that it waits since: its turn. */
  at: number
  order: number
  /** Messages in flight, and until when: while there is one, the group waits. */
  held: [seq: number, until: number][]
}

export interface DeduplicationRow { q: number, period: number, scope: string, id: string, messageId: string, seq: number, sentAt: number }

export interface MoveTaskRow {
  source: string
  id: string
  startedAt: number
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'
  destinationArn?: string
  perSecond?: number
  moved: number
  toMove: number
  failureReason?: string
}

export const tables = {
  queues: table<QueueRow>()({ name: 'queues', key: row => [row.name] }),
  deletedQueues: table<{ name: string, at: number }>()({ name: 'deletedQueues', key: row => [row.name] }),
  moveTasks: table<MoveTaskRow>()({ name: 'moveTasks', key: row => [row.source, row.startedAt, row.id] }),
  // What belongs to messages is keyed by the queue's number alone, which is short and no other queue's.
  /** Standard: never received, by the time at which they can be. */
  ready: table<Message>()({ name: 'ready', key: row => [row.q, row.at, row.seq], scope: 'cloud' }),
  /** Standard: received before, and `returns`: by the time at which they can be again. */
  taken: table<Message>()({ name: 'taken', key: row => [row.q, row.seq], scope: 'cloud' }),
  returns: table<{ q: number, at: number, seq: number, group?: string }>()({ name: 'returns', key: row => [row.q, row.at, row.seq], scope: 'cloud' }),
  /** FIFO: by group in the order of sending; `groups` in the order of their turn; `arrivals`: all in the order of sending. */
  ordered: table<Message>()({ name: 'ordered', key: row => [row.q, row.group!, row.seq], scope: 'cloud' }),
  groups: table<GroupRow>()({ name: 'groups', key: row => [row.q, row.group], scope: 'cloud' }),
  turns: table<{ q: number, at: number, order: number, group: string }>()({ name: 'turns', key: row => [row.q, row.at, row.order, row.group], scope: 'cloud' }),
  arrivals: table<{ q: number, seq: number, group: string }>()({ name: 'arrivals', key: row => [row.q, row.seq], scope: 'cloud' }),
  deduplications: table<DeduplicationRow>()({ name: 'deduplications', key: row => [row.q, row.period, row.scope, row.id], scope: 'cloud' }),
  bodies: table<{ q: number, seq: number, body: string }>()({ name: 'bodies', key: row => [row.q, row.seq], scope: 'cloud' }),
  /** How many messages a queue held when it was last closed; gone while it is open, so that a crash means counting anew. */
  counts: table<{ q: number, messages: number }>()({ name: 'counts', key: row => [row.q], scope: 'cloud' }),
  runs: table<{ id: string, run: number }>()({ name: 'runs', key: row => [row.id], scope: 'cloud' }),
}

/** A queue's attributes as numbers. */
export interface Settings {
  fifo: boolean
  delayMs: number
  visibilityMs: number
  waitMs: number
  retentionMs: number
  messageBytesMax: number
  contentBasedDeduplication: boolean
  /** Deduplication counts within a group. */
  perGroup: boolean
  redrive?: { arn: string, receivesMax: number }
  policy?: string
}

/** A ReceiveMessage that waits for its turn. */
export interface Waiter {
  max: number
  visibilityMs: number
  /** Milliseconds since 1970; a short poll has none. */
  until: number | undefined
  attemptId: string | undefined
  /** The queue's `comings` when it was last looked for messages in vain. */
  lookedAt: number | undefined
  resolve: (messages: Message[]) => void
  reject: (error: unknown) => void
}

/** A queue in use, and what is known of it in memory: how many messages it has, who waits for one, what comes next. */
export interface LiveQueue {
  account: string
  region: string
  arn: string
  row: QueueRow
  settings: Settings
  /** All that it holds. */
  messages: number
  /** The data key of what was sent last, where the queue has a key of KMS. */
  sealedBy?: NonNullable<Message['sealed']>
  /** After a crash, while the messages are counted: the number is too low by those that are to come. */
  isCounting: boolean
  inFlight: TimeCounts
  delayed: TimeCounts
  waiters: Waiter[]
  isDispatching: boolean
  /** How often messages have come or become visible. */
  comings: number
  wake: { at: number, cancel: () => void } | undefined
  sweep: { at: number, cancel: () => void } | undefined
  tick: (() => void) | undefined
  usedAt: number
  /** Receives of late by their ReceiveRequestAttemptId. */
  attempts: Map<string, { at: number, messages: Message[] }>
  /** In flight of a standard queue by message group: what fair queues go by. */
  groups: Map<string, TimeCounts>
  /** Groups that have more than their share in flight, and for how many rounds that is not reckoned again. */
  noisy: ReadonlyMap<string, number>
  noisyFor: number
  isGone: boolean
}

export interface SqsState {
  /** Queues that were used since the start, by account, region and name. */
  queues: Map<string, Promise<LiveQueue | undefined>>
  /** Loaded ones again, for a look without a promise. */
  loaded: Map<string, LiveQueue>
  sequence: { base: number, next: number, opening: Promise<void> | undefined }
  /** The cloud is about to stop: nobody waits any more. */
  closing: boolean
  closed: boolean
  /** Scopes for what happens outside of calls. */
  at: (place: { account: string, region: string }) => Sqs
  /** What is under way that no caller waits for. */
  work: Set<Promise<unknown>>
  /** Data keys of KMS that are used again for a while. */
  dataKeys: DataKeys
}

export type Sqs = Scope<typeof tables, SqsState>

export const KmsAccessDenied = awsError('KmsAccessDenied')
export const KmsDisabled = awsError('KmsDisabled')
export const KmsInvalidKeyUsage = awsError('KmsInvalidKeyUsage')
export const KmsInvalidState = awsError('KmsInvalidState')
export const KmsNotFound = awsError('KmsNotFound')
export const QueueDoesNotExist = awsError('QueueDoesNotExist')
export const QueueNameExists = awsError('QueueNameExists')
export const QueueDeletedRecently = awsError('QueueDeletedRecently')
export const InvalidAttributeName = awsError('InvalidAttributeName')
export const InvalidAttributeValue = awsError('InvalidAttributeValue')
export const InvalidParameterValue = awsError('InvalidParameterValue')
export const MissingParameter = awsError('MissingParameter')
export const InvalidMessageContents = awsError('InvalidMessageContents')
export const InvalidAddress = awsError('InvalidAddress', 404)
export const UnsupportedOperation = awsError('UnsupportedOperation')
export const ReceiptHandleIsInvalid = awsError('ReceiptHandleIsInvalid', 404)
export const MessageNotInflight = awsError('MessageNotInflight')
export const OverLimit = awsError('OverLimit', 403)
export const PurgeQueueInProgress = awsError('PurgeQueueInProgress', 403)
export const ResourceNotFoundException = awsError('ResourceNotFoundException', 404)
export const EmptyBatchRequest = awsError('EmptyBatchRequest')
export const TooManyEntriesInBatchRequest = awsError('TooManyEntriesInBatchRequest')
export const BatchEntryIdsNotDistinct = awsError('BatchEntryIdsNotDistinct')
export const BatchRequestTooLong = awsError('BatchRequestTooLong')
export const InvalidBatchEntryId = awsError('InvalidBatchEntryId')

/** `Value X for parameter Y is invalid. Reason: Z` */
export const invalidValue = (value: unknown, parameter: string, reason: string): AwsError =>
  new InvalidParameterValue(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`)

export const noSuchQueue = (): AwsError => new QueueDoesNotExist('The specified queue does not exist.')

export const messageBytesMax = 1_048_576
export const batchEntriesMax = 10
export const receiveMessagesMax = 10
export const inFlightMax = 120_000
export const visibilityTimeoutSecondsMax = 43_200
export const deduplicationMs = 300_000
export const purgeIntervalMs = 60_000
export const recreateAfterMs = 60_000
/** What a deleted or purged queue held is deleted when whoever was in the middle of receiving from it is done. */
export const cleanUpAfterMs = 60_000
/** A body of more bytes has a row of its own, which receiving does not write again. */
export const inlineBytesMax = 4096
