import { createHash } from 'node:crypto'
import { invalid, InvalidParameterValueException, messageBytesMax, type AttributeValue, type Message, type TopicRow } from '../state.ts'

interface GivenAttribute { DataType: string | undefined, StringValue?: string | undefined, BinaryValue?: Uint8Array | undefined }

/** What Publish and the entries of PublishBatch have in common. */
export interface Given {
  Message?: string | undefined
  Subject?: string | undefined
  MessageStructure?: string | undefined
  MessageAttributes?: Record<string, GivenAttribute> | undefined
  MessageGroupId?: string | undefined
  MessageDeduplicationId?: string | undefined
}

const identifier = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/

/** Checks a message in AWS's order and words, and gives it the form in which it is kept. Throws InvalidParameter, ParameterValueInvalid. */
export function messageOf(topic: TopicRow, given: Given, id: string, publishedAt: number): Message {
  const { Message: text = '', Subject: subject } = given
  if (text === '') throw invalid('Empty message')
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject')
  const messages = messagesOf(given)
  const attributes = attributesOf(given.MessageAttributes ?? {})
  if (bytesOf(given) > messageBytesMax) throw invalid('Message too long')
  return {
    id, topicArn: topic.arn, publishedAt, body: messages ? messages.default! : text, ...messages && { messages }, ...subject !== undefined && { subject },
    ...Object.keys(attributes).length > 0 && { attributes }, ...ordering(topic, given, text),
  }
}

/** The texts by protocol, where the message is a structure. */
function messagesOf({ Message: text = '', MessageStructure: structure }: Given): Record<string, string> | undefined {
  if (structure === undefined || structure === '') return undefined
  if (structure !== 'json') throw invalid('MessageStructure')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse')
  }
  const texts = Object.fromEntries(Object.entries(Object(parsed)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  if (texts.default === undefined) throw invalid('Message Structure - No default entry in JSON message body')
  return texts
}

/** The group and the deduplication id. A group on a standard topic is handed on to queues, which are fair by it. */
function ordering(topic: TopicRow, { MessageGroupId: group, MessageDeduplicationId: given }: Given, text: string) {
  if (!topic.fifo) {
    if (given !== undefined) {
      throw invalid('MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type')
    }
    if (group !== undefined) checkIdentifier('MessageGroupId', group)
    return group === undefined ? {} : { group }
  }
  if (!group) throw invalid('The MessageGroupId parameter is required for FIFO topics')
  checkIdentifier('MessageGroupId', group)
  if (given !== undefined) checkIdentifier('MessageDeduplicationId', given)
  if (given === undefined && topic.attributes.ContentBasedDeduplication !== 'true') {
    throw invalid('The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly')
  }
  return { group, deduplicationId: given ?? createHash('sha256').update(text).digest('hex') }
}

function checkIdentifier(name: string, value: string): void {
  if (!identifier.test(value)) throw invalid(`${name} Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`)
}

/** Bytes of the text and of all parts of the attributes: what the limit and the bill go by. */
export function bytesOf({ Message: text = '', MessageAttributes: attributes = {} }: Given): number {
  return Object.entries(attributes).reduce((sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
    sum + Buffer.byteLength(name) + Buffer.byteLength(DataType) + (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue)), Buffer.byteLength(text))
}

function attributesOf(given: Record<string, GivenAttribute>): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => {
    checkName(name)
    return [name, attributeOf(name, value)]
  }))
}

function checkName(name: string): void {
  const fail = (words: string) => new InvalidParameterValueException(words)
  if (name.length > 256) throw fail('Length of message attribute name must be less than 256 bytes.')
  if (name.startsWith('.')) throw fail("Invalid message attribute name starting with character '.' was found.")
  if (name.endsWith('.')) throw fail("Invalid message attribute name ending with character '.' was found.")
  const foreign = /[^\w.-]/.exec(name)?.[0]
  if (foreign !== undefined) {
    const code = foreign.charCodeAt(0).toString(16).toUpperCase()
    throw fail(`Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. `
      + 'Can only include alphanumeric characters, hyphens, underscores, or dots.')
  }
  if (name.includes('..')) throw fail("Message attribute name can not have successive '.' character.")
}

function attributeOf(name: string, { DataType: type = '', StringValue: text, BinaryValue: bytes }: GivenAttribute): AttributeValue {
  const fail = (words: string) => new InvalidParameterValueException(`The message attribute '${name}' ${words}`)
  const basic = /^(String|Number|Binary)(?:\..+)?$/s.exec(type)?.[1]
  if (!basic || type.length > 256) {
    throw fail('has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.')
  }
  const empty = `must contain non-empty message attribute value for message attribute type '${type}'.`
  if (text === undefined && bytes === undefined) throw fail(empty)
  const wanted = basic === 'Binary' ? bytes : text
  if (wanted === undefined) throw fail(`with type '${type}' must use field '${basic === 'Binary' ? 'Binary' : 'String'}'.`)
  if (wanted.length === 0) throw fail(empty)
  if (basic === 'Binary') return { DataType: type, BinaryValue: bytes! }
  if (basic === 'Number' && !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text!)) {
    throw new InvalidParameterValueException(`Could not cast message attribute '${name}' value to number.`)
  }
  return { DataType: type, StringValue: text! }
}
