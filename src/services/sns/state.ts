import type { SNS } from '@aws-sdk/client-sns'
import type { Operations } from '../../contracts/aws.ts'
import type { Principal } from '../../contracts/principal.ts'
import type { DataKeys } from '../../platform/data-keys.ts'
import { awsError } from '../../platform/errors.ts'
import type { EventMatcher } from '../../platform/event-pattern.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Input<K extends keyof Operations<SNS>> = Parameters<Operations<SNS>[K]>[0]
export type Output<K extends keyof Operations<SNS>> = Awaited<ReturnType<Operations<SNS>[K]>>

export interface TopicRow {
  name: string
  arn: string
  fifo: boolean
  createdAt: number
  /** What was set by the caller: `DisplayName`, `DeliveryPolicy`, ...; the policy as well, which every topic has. */
  attributes: Record<string, string>
  tags: Tags
}

export type Protocol = 'sqs' | 'lambda' | 'http' | 'https'

export interface SubscriptionRow {
  topic: string
  topicArn: string
  id: string
  arn: string
  /** The account of whoever subscribed. */
  owner: string
  /** ARN of whoever subscribed. */
  principal: string
  protocol: Protocol
  endpoint: string
  /** What was set by the caller: `FilterPolicy`, `RawMessageDelivery`, ... */
  attributes: Record<string, string>
  /** Confirmed by somebody who signed, and so to be unsubscribed only by its owner or the topic's. */
  authenticated: boolean
  /** Until it is confirmed: the token that confirms it. */
  token?: string
  createdAt: number
}

/** A key pair for signatures of messages, and the certificate under which they are checked; PEM. */
export interface KeyRow { id: string, privateKey: string, certificate: string, createdAt: number }

export interface AttributeValue { DataType: string, StringValue?: string, BinaryValue?: Uint8Array }

/** What was published. */
export interface Message {
  id: string
  topicArn: string
  subject?: string
  /** For protocols that `messages` does not name. */
  body: string
  /** By protocol, where the publisher gave a JSON structure. */
  messages?: Record<string, string>
  attributes?: Record<string, AttributeValue>
  publishedAt: number
  group?: string
  deduplicationId?: string
  sequence?: string
}

/** A message that waits sealed, and by whom it was published: it is opened in their name. */
export interface SealedMessage {
  id: string
  topicArn: string
  group?: string
  sealed: { bytes: Uint8Array, keyArn: string, dataKey: Uint8Array, by: Principal }
}

export interface DeduplicationRow { topic: string, period: number, group: string, id: string, messageId: string, sequence: string, at: number }

export const tables = {
  topics: table<TopicRow>()({ name: 'topics', key: row => [row.name] }),
  /** In the topic's account. */
  subscriptions: table<SubscriptionRow>()({ name: 'subscriptions', key: row => [row.topic, row.id] }),
  /** In the topic's account: one for each endpoint of a protocol. */
  endpoints: table<{ topic: string, protocol: string, endpoint: string, id: string }>()({
    name: 'endpoints', key: row => [row.topic, row.protocol, row.endpoint],
  }),
  /** In the subscriber's account: where its subscriptions are. */
  owned: table<{ topicArn: string, id: string }>()({ name: 'owned', key: row => [row.topicArn, row.id] }),
  sequences: table<{ topic: string, last: number }>()({ name: 'sequences', key: row => [row.topic] }),
  deduplications: table<DeduplicationRow>()({ name: 'deduplications', key: row => [row.topic, row.period, row.group, row.id] }),
  keys: table<KeyRow>()({ name: 'keys', key: row => [row.id], scope: 'cloud' }),
}

export interface SnsState {
  key: Promise<KeyRow> | undefined
  /** Signatures of late, by what was signed. */
  signatures: Map<string, Promise<string>>
  /** Compiled filter policies by their text. */
  filters: Map<string, EventMatcher>
  /** When the next delivery of a throttled subscription may be made, by its ARN. */
  turns: Map<string, number>
  /** Data keys of KMS that are used again for five minutes. */
  dataKeys: DataKeys
}

export type Sns = Scope<typeof tables, SnsState>

export const InvalidParameterException = awsError('InvalidParameterException')
/** A value of a parameter: the code on the wire is ParameterValueInvalid. */
export const InvalidParameterValueException = awsError('InvalidParameterValueException')
export const KMSAccessDeniedException = awsError('KMSAccessDeniedException')
export const KMSDisabledException = awsError('KMSDisabledException')
export const KMSInvalidStateException = awsError('KMSInvalidStateException')
export const KMSNotFoundException = awsError('KMSNotFoundException')
export const NotFoundException = awsError('NotFoundException', 404)
export const ResourceNotFoundException = awsError('ResourceNotFoundException', 404)
export const AuthorizationErrorException = awsError('AuthorizationErrorException', 403)
export const TagLimitExceededException = awsError('TagLimitExceededException')
export const TooManyEntriesInBatchRequestException = awsError('TooManyEntriesInBatchRequestException')
export const EmptyBatchRequestException = awsError('EmptyBatchRequestException')
export const BatchEntryIdsNotDistinctException = awsError('BatchEntryIdsNotDistinctException')
export const BatchRequestTooLongException = awsError('BatchRequestTooLongException')
export const InvalidBatchEntryIdException = awsError('InvalidBatchEntryIdException')
export const FilterPolicyLimitExceededException = awsError('FilterPolicyLimitExceededException', 403)
export const SubscriptionLimitExceededException = awsError('SubscriptionLimitExceededException', 403)

/** `Invalid parameter: X`, as nearly all errors of this service begin. */
export const invalid = (what: string) => new InvalidParameterException(`Invalid parameter: ${what}`)

export const messageBytesMax = 262_144
export const batchEntriesMax = 10
export const pageSize = 100
export const deduplicationMs = 300_000
/** A subscription that nobody confirms is deleted. */
export const pendingMs = 48 * 3_600_000
export const filterPoliciesPerTopicMax = 200
