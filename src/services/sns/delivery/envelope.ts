import { sign } from 'node:crypto'
import { promisify } from 'node:util'
import { actionsPath } from '../claims.ts'
import type { AttributeValue, Message, Sns, SubscriptionRow, TopicRow } from '../state.ts'
import { signingKey } from './certificate.ts'

const signaturesMax = 1000
const signAsync = promisify(sign) as (algorithm: string, data: Buffer, key: string) => Promise<Buffer>

/** The members of a signed message that its signature covers, in their order. */
const covered: Record<string, string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}

/** Signs as the documentation has it: names and values, each with a line feed; by SHA1 in version 1, SHA256 in version 2. */
async function signed(sns: Sns, envelope: Record<string, unknown>, topic: TopicRow): Promise<{ version: string, signature: string, url: string }> {
  const version = topic.attributes.SignatureVersion ?? '1'
  const text = covered[String(envelope.Type)]!.filter(name => envelope[name] !== undefined).map(name => `${name}\n${envelope[name]}\n`).join('')
  const key = await signingKey(sns)
  const { signatures } = sns.state
  const name = `${version} ${text}`
  let signature = signatures.get(name)
  if (!signature) {
    if (signatures.size >= signaturesMax) signatures.clear()
    signature = signAsync(version === '2' ? 'sha256' : 'sha1', Buffer.from(text), key.privateKey).then(bytes => bytes.toString('base64'))
    signatures.set(name, signature)
  }
  return { version, signature: await signature, url: `${sns.config.endpoint}/SimpleNotificationService-${key.id}.pem` }
}

const timeOf = (ms: number) => new Date(ms).toISOString()

const unsubscribeUrl = (sns: Sns, subscriptionArn: string): string =>
  `${sns.config.endpoint}${actionsPath}?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`

/** The text of a message for a protocol. */
export const bodyFor = (message: Message, protocol: string): string => message.messages?.[protocol] ?? message.body

const attributesFor = (attributes: Record<string, AttributeValue>) => Object.fromEntries(Object.entries(attributes).map(
  ([name, { DataType, StringValue, BinaryValue }]) => [
    name, { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString('base64') : StringValue! },
  ]))

/** A notification as queues and HTTP endpoints get it. Those of FIFO topics have a sequence number and no signature. */
export async function notification(sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message): Promise<Record<string, unknown>> {
  const facts = {
    Type: 'Notification', MessageId: message.id, ...message.sequence !== undefined && { SequenceNumber: message.sequence }, TopicArn: message.topicArn,
    ...message.subject !== undefined && { Subject: message.subject }, Message: bodyFor(message, subscription.protocol), Timestamp: timeOf(message.publishedAt),
  }
  const proof = topic.fifo ? undefined : await signed(sns, facts, topic)
  return {
    ...facts, ...proof && { SignatureVersion: proof.version, Signature: proof.signature, SigningCertURL: proof.url },
    UnsubscribeURL: unsubscribeUrl(sns, subscription.arn), ...message.attributes && { MessageAttributes: attributesFor(message.attributes) },
  }
}

/** The event of a function. */
export async function lambdaEvent(sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message): Promise<object> {
  const { Subject = null, SigningCertURL, UnsubscribeURL, MessageAttributes = {}, Message, Type, MessageId, TopicArn, ...rest } =
    await notification(sns, topic, subscription, message)
  return {
    Records: [{
      EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn,
      Sns: { Type, MessageId, TopicArn, Subject, Message, ...rest, SigningCertUrl: SigningCertURL, UnsubscribeUrl: UnsubscribeURL, MessageAttributes },
    }],
  }
}

/** What an endpoint is sent that has to confirm its subscription. */
export async function confirmation(sns: Sns, topic: TopicRow, { token, topicArn }: SubscriptionRow): Promise<Record<string, unknown>> {
  const facts = {
    Type: 'SubscriptionConfirmation', MessageId: sns.newId(), Token: token, TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `${sns.config.endpoint}${actionsPath}?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`, Timestamp: timeOf(sns.now()),
  }
  const proof = await signed(sns, facts, topic)
  return { ...facts, SignatureVersion: proof.version, Signature: proof.signature, SigningCertURL: proof.url }
}

/** As AWS writes an envelope: a member a line, a space on either side of the colon; the attributes one a line. */
export function written(envelope: Record<string, unknown>): string {
  const line = ([name, value]: [string, unknown], indent: string): string => `${indent}${JSON.stringify(name)} : ${
    name === 'MessageAttributes' && typeof value === 'object' && value !== null
      ? `{\n${Object.entries(value).map(([key, each]) => `    ${JSON.stringify(key)} : ${JSON.stringify(each)}`).join(',\n')}\n  }` : JSON.stringify(value)}`
  return `{\n${Object.entries(envelope).map(entry => line(entry, '  ')).join(',\n')}\n}`
}
