import { parseArn } from '../../../platform/arns.ts'
import {
  InvalidAttributeName, InvalidAttributeValue, invalidValue, messageBytesMax, visibilityTimeoutSecondsMax, type QueueRow, type Settings
} from '../state.ts'

/** Bounds of the attributes that are numbers, as AWS's page of SetQueueAttributes has them. */
const numbers: Record<string, [min: number, max: number]> = {
  DelaySeconds: [0, 900], MaximumMessageSize: [1024, messageBytesMax], MessageRetentionPeriod: [60, 1_209_600], ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, visibilityTimeoutSecondsMax], KmsDataKeyReusePeriodSeconds: [60, 86_400],
}
const booleans = new Set(['FifoQueue', 'ContentBasedDeduplication', 'SqsManagedSseEnabled'])
const words: Record<string, string[]> = { DeduplicationScope: ['queue', 'messageGroup'], FifoThroughputLimit: ['perQueue', 'perMessageGroupId'] }
const documents = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'])
const fifoOnly = new Set(['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'])
/** Attributes that an empty value takes away. */
export const removable = new Set([...documents, 'KmsMasterKeyId'])

export const settable = new Set([...Object.keys(numbers), ...booleans, ...Object.keys(words), ...documents, 'KmsMasterKeyId'])

/** Attributes that are worked out, not set. */
export const computed = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp', 'LastModifiedTimestamp']

const defaults: Record<string, string> = {
  VisibilityTimeout: '30', MaximumMessageSize: String(messageBytesMax), MessageRetentionPeriod: '345600', DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0', SqsManagedSseEnabled: 'true',
}
const fifoDefaults: Record<string, string> = { FifoQueue: 'true', ContentBasedDeduplication: 'false', DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue' }

/** What a new queue has: AWS's defaults, and what was asked for. */
export function newAttributes(asked: Record<string, string>, fifo: boolean): Record<string, string> {
  const attributes = { ...defaults, ...fifo && fifoDefaults, ...given(asked) }
  // A key of KMS takes the place of the encryption that SQS manages itself.
  if (attributes.KmsMasterKeyId !== undefined && asked.SqsManagedSseEnabled === undefined) attributes.SqsManagedSseEnabled = 'false'
  return attributes
}

/** A queue's attributes with the changes; an empty value removes those that can be removed. */
export function changedAttributes(current: Record<string, string>, changes: Record<string, string>): Record<string, string> {
  const attributes = { ...current }
  for (const [name, value] of Object.entries(changes)) {
    if (value === '' && removable.has(name)) delete attributes[name]
    else attributes[name] = normal(name, value)
  }
  if (changes.KmsMasterKeyId) attributes.SqsManagedSseEnabled = 'false'
  if (attributes.KmsMasterKeyId !== undefined && attributes.SqsManagedSseEnabled === 'true') throw oneEncryption()
  return attributes
}

const given = (asked: Record<string, string>) =>
  Object.fromEntries(Object.entries(asked).filter(([name, value]) => value !== '' || !removable.has(name)).map(([name, value]) => [name, normal(name, value)]))

/** `True` and `030` mean what they say; the attribute comes back as AWS writes it. */
export function normal(name: string, value: string): string {
  if (booleans.has(name)) return value.toLowerCase()
  return name in numbers ? String(Number(value)) : value
}

/** Checks names and values in AWS's words. Throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue. */
export function checkAttributes(asked: Record<string, string>, fifo: boolean): void {
  for (const [name, value] of Object.entries(asked)) {
    if (!settable.has(name)) throw unknownAttribute(name)
    checkAttribute(name, value, fifo)
  }
  if (asked.KmsMasterKeyId && asked.SqsManagedSseEnabled?.toLowerCase() === 'true') throw oneEncryption()
}

export const unknownAttribute = (name: string) => new InvalidAttributeName(`Unknown Attribute ${name}.`)
export const oneEncryption = () =>
  new InvalidAttributeName('You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.')

function checkAttribute(name: string, value: string, fifo: boolean): void {
  const invalid = () => new InvalidAttributeValue(`Invalid value for the parameter ${name}.`)
  if (value === '' && removable.has(name)) return
  const bounds = numbers[name]
  if (bounds && !(/^\s*\d{1,9}\s*$/.test(value) && Number(value) >= bounds[0] && Number(value) <= bounds[1])) throw invalid()
  if (booleans.has(name) && !/^(true|false)$/i.test(value)) throw invalid()
  if (words[name] && !words[name].includes(value)) throw invalid()
  if (name === 'FifoQueue' && (!fifo || !/^true$/i.test(value))) throw unknownAttribute(name)
  if (!fifo && fifoOnly.has(name)) throw unknownAttribute(name)
  if (name === 'Policy' && objectOf(value) === undefined) throw invalid()
  if (name === 'RedrivePolicy') redriveOf(value)
  if (name === 'RedriveAllowPolicy') allowOf(value)
}

/** High throughput counts within groups: the quota per group needs the deduplication per group. */
export function checkTogether(attributes: Record<string, string>): void {
  if (attributes.FifoThroughputLimit === 'perMessageGroupId' && attributes.DeduplicationScope !== 'messageGroup') {
    throw new InvalidAttributeValue('The perMessageGroupId value of FifoThroughputLimit is allowed only when the value of DeduplicationScope is messageGroup.')
  }
}

export function objectOf(json: string): Record<string, any> | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed as Record<string, any> : undefined
  } catch {
    return undefined
  }
}

/** A redrive policy, read; whether its queue exists is not looked at. */
export function redriveOf(json: string): { arn: string, receivesMax: number } {
  const invalid = (reason: string) => invalidValue(json, 'RedrivePolicy', reason)
  const policy = objectOf(json)
  if (!policy) throw invalid('Redrive policy is not a valid JSON map.')
  const { deadLetterTargetArn, maxReceiveCount } = policy
  if (deadLetterTargetArn === undefined) throw invalid('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.')
  if (maxReceiveCount === undefined) throw invalid('Redrive policy does not contain mandatory attribute: maxReceiveCount.')
  if (Object.keys(policy).length > 2) throw invalid('Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].')
  const target = typeof deadLetterTargetArn === 'string' ? parseArn(deadLetterTargetArn) : undefined
  if (target?.service !== 'sqs') throw invalid('Invalid value for deadLetterTargetArn.')
  const receivesMax = Number(maxReceiveCount)
  if (!Number.isInteger(receivesMax) || receivesMax < 1 || receivesMax > 1000) {
    throw invalid(`Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`)
  }
  return { arn: deadLetterTargetArn, receivesMax }
}

/** Which queues may give their dead letters to this one. */
export function allowOf(json: string): { permission: string, sources: string[] } {
  const invalid = (reason: string) => invalidValue(json, 'RedriveAllowPolicy', reason)
  const policy = objectOf(json)
  if (!policy) throw invalid('Redrive Allow Policy is not a valid JSON map.')
  const { redrivePermission: permission, sourceQueueArns: sources } = policy
  if (permission === undefined) throw invalid('Redrive Allow Policy does not contain mandatory attribute: redrivePermission.')
  if (!['allowAll', 'denyAll', 'byQueue'].includes(permission)) {
    throw invalid(`Invalid value for redrivePermission: ${permission}, valid values are: [allowAll, denyAll, byQueue].`)
  }
  if (permission !== 'byQueue' && sources !== undefined) throw invalid('The sourceQueueArns attribute is allowed only when the redrivePermission is byQueue.')
  if (permission === 'byQueue' && !(Array.isArray(sources) && sources.length >= 1 && sources.length <= 10)) {
    throw invalid('The sourceQueueArns attribute has to hold 1 to 10 queue ARNs when the redrivePermission is byQueue.')
  }
  return { permission, sources: sources ?? [] }
}

export function settingsOf({ attributes }: QueueRow): Settings {
  const seconds = (name: string) => Number(attributes[name]) * 1000
  return {
    fifo: attributes.FifoQueue === 'true', delayMs: seconds('DelaySeconds'), visibilityMs: seconds('VisibilityTimeout'),
      waitMs: seconds('ReceiveMessageWaitTimeSeconds'),
    retentionMs: seconds('MessageRetentionPeriod'), messageBytesMax: Number(attributes.MaximumMessageSize),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true', perGroup: attributes.DeduplicationScope === 'messageGroup',
    ...attributes.RedrivePolicy !== undefined && { redrive: redriveOf(attributes.RedrivePolicy) },
      ...attributes.Policy !== undefined && { policy: attributes.Policy },
  }
}
