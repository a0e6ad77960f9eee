import { InvalidMessageContents, InvalidParameterValue, invalidValue, MissingParameter, type AttributeValue, type LiveQueue, type Message } from '../state.ts'
import { md5, md5OfAttributes } from './md5.ts'

interface GivenAttribute {
  DataType: string | undefined
  StringValue?: string | undefined
  BinaryValue?: Uint8Array | undefined
  StringListValues?: string[] | undefined
  BinaryListValues?: Uint8Array[] | undefined
}

/** What a caller sends, alone or in a batch. */
export interface GivenMessage {
  MessageBody: string | undefined
  DelaySeconds?: number | undefined
  MessageAttributes?: Record<string, GivenAttribute> | undefined
  MessageSystemAttributes?: Record<string, GivenAttribute> | undefined
  MessageDeduplicationId?: string | undefined
  MessageGroupId?: string | undefined
}

/** A message that has been checked. */
export interface Content {
  body: string
  md5: string
  sizeBytes: number
  delayMs: number
  attributes?: Record<string, AttributeValue>
  sealed?: NonNullable<Message['sealed']>
  md5OfAttributes?: string
  traceHeader?: string
  md5OfSystemAttributes?: string
  group?: string
  deduplicationId?: string
}

const attributesMax = 10
// What XML 1.0 cannot say, a message may not hold.
const invalidCharacter = /[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const identifier = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/

/** Checks a message in AWS's words and order. Throws InvalidParameterValue, MissingParameter, InvalidMessageContents. */
export function contentOf(queue: LiveQueue, given: GivenMessage, inBatch = false): Content {
  const body = given.MessageBody
  if (body === undefined || body === '') throw missing('MessageBody', inBatch)
  if (invalidCharacter.test(body)) {
    throw new InvalidMessageContents(
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF'
    )
  }
  const content: Content = { body, md5: md5(body), sizeBytes: Buffer.byteLength(body), delayMs: delayOf(queue, given.DelaySeconds) }
  checkIdentifiers(queue, given, inBatch)
  if (given.MessageGroupId !== undefined) content.group = given.MessageGroupId
  if (given.MessageDeduplicationId !== undefined) content.deduplicationId = given.MessageDeduplicationId
  if (given.MessageAttributes && Object.keys(given.MessageAttributes).length > 0) {
    content.attributes = attributesOf(given.MessageAttributes)
    content.md5OfAttributes = md5OfAttributes(content.attributes)
    content.sizeBytes += sizeOfAttributes(content.attributes)
  }
  if (given.MessageSystemAttributes && Object.keys(given.MessageSystemAttributes).length > 0) {
    const attributes = systemAttributesOf(given.MessageSystemAttributes)
    content.traceHeader = attributes.AWSTraceHeader!.StringValue!
    content.md5OfSystemAttributes = md5OfAttributes(attributes)
  }
  if (content.sizeBytes > queue.settings.messageBytesMax) {
    throw new InvalidParameterValue(`One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.messageBytesMax} bytes.`)
  }
  return content
}

const missing = (name: string, inBatch: boolean) => new (inBatch ? InvalidParameterValue : MissingParameter)(`The request must contain the parameter ${name}.`)
const wrongQueueType = (value: unknown, name: string) => invalidValue(value, name, 'The request include parameter that is not valid for this queue type.')

function delayOf(queue: LiveQueue, seconds: number | undefined): number {
  if (seconds === undefined) return queue.settings.delayMs
  if (seconds < 0 || seconds > 900) throw invalidValue(seconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.')
  // A FIFO queue delays all its messages alike, or their order would be another.
  if (queue.settings.fifo && seconds !== 0) throw wrongQueueType(seconds, 'DelaySeconds')
  return queue.settings.fifo ? queue.settings.delayMs : seconds * 1000
}

function checkIdentifiers(queue: LiveQueue, given: GivenMessage, inBatch: boolean): void {
  const { MessageGroupId: group, MessageDeduplicationId: deduplicationId } = given
  const { fifo, contentBasedDeduplication } = queue.settings
  if (!fifo && deduplicationId !== undefined) throw wrongQueueType(deduplicationId, 'MessageDeduplicationId')
  if (fifo && group === undefined) throw missing('MessageGroupId', inBatch)
  if (group !== undefined) checkIdentifier(group, 'MessageGroupId')
  if (deduplicationId !== undefined) checkIdentifier(deduplicationId, 'MessageDeduplicationId')
  if (fifo && deduplicationId === undefined && !contentBasedDeduplication) {
    throw new InvalidParameterValue('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly')
  }
}

function checkIdentifier(value: string, name: string): void {
  if (!identifier.test(value)) throw invalidValue(value, name, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`)
}

function attributesOf(given: Record<string, GivenAttribute>): Record<string, AttributeValue> {
  const count = Object.keys(given).length
  if (count > attributesMax) throw new InvalidParameterValue(`Number of message attributes [${count}] exceeds the allowed maximum [${attributesMax}].`)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => {
    checkName(name)
    return [name, attributeOf(name, value, 'user')]
  }))
}

function checkName(name: string): void {
  const reasons = [
    [name.length > 256, 'Message attribute name must be shorter than 256 bytes.'],
    [/^(aws|amazon)\./i.test(name), "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use."],
    [/^\.|\.$/.test(name), "You can't use message attribute names beginning or ending with '.'."],
    [name.includes('..'), "Message attribute name can not have successive '.' characters."],
    [
      !/^[A-Za-z0-9_.-]+$/.test(name),
      'Invalid non-alphanumeric character was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.'
    ],
  ] as const
  const reason = reasons.find(([wrong]) => wrong)?.[1]
  if (reason) throw new InvalidParameterValue(reason)
}

function attributeOf(name: string, given: GivenAttribute, kind: 'user' | 'system'): AttributeValue {
  const fail = (reason: string) => new InvalidParameterValue(`The message ${kind === 'system' ? 'system ' : ''}attribute '${name}' ${reason}`)
  const type = given.DataType
  if (!type) throw fail('must contain non-empty message attribute type.')
  const basic = /^(String|Number|Binary)(\..*)?$/s.exec(type)?.[1]
  if (!basic) throw fail('has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.')
  if (type.length > 256) throw fail('has a message attribute type that is longer than 256 bytes.')
  if (given.StringListValues?.length || given.BinaryListValues?.length) {
    throw new InvalidParameterValue('Message attribute list values in SendMessage operation are not supported.')
  }
  const empty = new InvalidParameterValue(`Message (${kind}) attribute '${name}' must contain a non-empty value of type '${basic}'.`)
  if (basic === 'Binary') {
    if (!given.BinaryValue?.byteLength) throw empty
    return { DataType: type, BinaryValue: given.BinaryValue }
  }
  const text = given.StringValue
  if (text === undefined || text === '') throw empty
  if (invalidCharacter.test(text)) throw fail('contains invalid characters.')
  if (basic === 'Number' && !/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)) {
    throw new InvalidParameterValue(`Can't cast the value of message (user) attribute '${name}' to a number.`)
  }
  return { DataType: type, StringValue: text }
}

function systemAttributesOf(given: Record<string, GivenAttribute>): Record<string, AttributeValue> {
  for (const name of Object.keys(given)) {
    if (name !== 'AWSTraceHeader') throw new InvalidParameterValue(`Message system attribute name '${name}' is invalid.`)
  }
  const header = attributeOf('AWSTraceHeader', given.AWSTraceHeader!, 'system')
  if (header.DataType !== 'String') throw new InvalidParameterValue("The message system attribute 'AWSTraceHeader' must be of the type 'String'.")
  return { AWSTraceHeader: header }
}

function sizeOfAttributes(attributes: Record<string, AttributeValue>): number {
  let size = 0
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType) + (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue ?? ''))
  }
  return size
}
