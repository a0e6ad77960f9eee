import { parseArn } from '../../../platform/arns.ts'
import { AwsError } from '../../../platform/errors.ts'
import { count } from '../metrics.ts'
import type { Message, SealedMessage, Sns, SubscriptionRow, TopicRow } from '../state.ts'
import { confirmation, lambdaEvent, written } from './envelope.ts'
import { DeliveryFailure } from './failure.ts'
import { post } from './http.ts'
import { effectivePolicy, managedRetryPolicy, retryDelayMs } from './policies.ts'
import { sendToQueue } from './queue.ts'
import { openMessage } from '../publishing/sealing.ts'
import { turnOf } from './throttle.ts'

/** One message on its way to one subscription. */
export interface Delivery { topic: string, subscription: string, message: Message | SealedMessage, failures: number, hasTurn?: boolean }

/**
 * Delivers a message to a subscription. What fails for the time being is tried again by the delivery policy; what is given up goes to the
 * subscription's dead-letter queue. Deliveries of a FIFO topic keep the order of their group, so those that follow wait.
 */
export async function deliver(sns: Sns, delivery: Delivery, { attempts }: { attempts: number }): Promise<void> {
  const [topic, subscription] = await Promise.all([
    sns.tables.topics.get(delivery.topic), sns.tables.subscriptions.get(delivery.topic, delivery.subscription),
  ])
  // Unsubscribed, or the topic deleted, after the message was published.
  if (!topic || !subscription) return
  const message = await openMessage(sns, delivery.message)
  if (!message) {
    count(sns, topic.name, 'NumberOfNotificationsFailed')
    return sns.log.warn('the key of a message is gone, and the message with it', { topic: topic.arn, message: delivery.message.id })
  }
  const { protocol } = subscription
  const isHttp = protocol === 'http' || protocol === 'https'
  const policy = isHttp ? effectivePolicy(topic.attributes.DeliveryPolicy, subscription.attributes.DeliveryPolicy) : undefined
  const rate = policy?.throttlePolicy?.maxReceivesPerSecond
  if (rate && !delivery.hasTurn) {
    const at = turnOf(sns, subscription.arn, rate)
    if (at > sns.now()) return again(sns, { ...delivery, hasTurn: true }, at)
  }
  sns.sinks.usage({
    account: sns.account, region: sns.region, service: 'AmazonSNS', usageType: `DeliveryAttempts-${isHttp ? 'HTTP' : protocol.toUpperCase()}`,
    operation: 'Publish', resource: topic.arn, quantity: 1, unit: 'Notifications', at: sns.now(),
  })
  try {
    await send(sns, topic, subscription, message, policy?.requestPolicy?.headerContentType)
    return count(sns, topic.name, 'NumberOfNotificationsDelivered')
  } catch (error) {
    const failure = failureOf(error)
    const failures = (topic.fifo ? attempts : delivery.failures) + 1
    const delayMs = failure.permanent ? undefined : retryDelayMs(policy?.healthyRetryPolicy ?? managedRetryPolicy, failures)
    if (delayMs === undefined) return giveUp(sns, topic, subscription, message, failure)
    if (topic.fifo) throw failure
    await again(sns, { ...delivery, failures, hasTurn: false }, sns.now() + delayMs)
  }
}

async function again(sns: Sns, delivery: Delivery, at: number): Promise<void> {
  await sns.transact(async scope => scope.enqueue('deliver', delivery, { at }))
}

async function send(sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message, contentType: string | undefined): Promise<void> {
  const { protocol, endpoint } = subscription
  if (protocol === 'sqs') return sendToQueue(sns, topic, subscription, message, endpoint)
  if (protocol !== 'lambda') return post(sns, topic, subscription, message, contentType)
  const { account, region } = parseArn(endpoint)!
  const { lambda } = sns.in({ account, region }).as({ service: 'sns.amazonaws.com', sourceArn: topic.arn })
  const Payload = Buffer.from(JSON.stringify(await lambdaEvent(sns, topic, subscription, message)))
  await lambda.Invoke({ FunctionName: endpoint, InvocationType: 'Event', Payload })
}

/** AWS tries again what failed on the side of the endpoint, but not what the endpoint refuses or what is not there. */
function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  const refused = error instanceof AwsError && error.status < 500 && error.status !== 429 && !/throttl|toomanyrequests|overlimit/i.test(error.code)
  return new DeliveryFailure(error instanceof AwsError ? `${error.code}: ${error.message}` : String(error), refused)
}

async function giveUp(sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message, failure: DeliveryFailure): Promise<void> {
  count(sns, topic.name, 'NumberOfNotificationsFailed')
  sns.log.warn('a notification could not be delivered', { topic: topic.arn, subscription: subscription.arn, error: failure.message })
  const { RedrivePolicy } = subscription.attributes
  if (RedrivePolicy === undefined) return
  try {
    await sendToQueue(sns, topic, subscription, message, JSON.parse(RedrivePolicy).deadLetterTargetArn)
    count(sns, topic.name, 'NumberOfNotificationsRedrivenToDlq')
  } catch (error) {
    const again = failureOf(error)
    if (!again.permanent) throw again
    count(sns, topic.name, 'NumberOfNotificationsFailedToRedriveToDlq')
    sns.log.warn('a notification could not be sent to its dead-letter queue', { subscription: subscription.arn, error: again.message })
  }
}

/** Sends the token of a pending subscription to its endpoint. */
export async function confirm(sns: Sns, pending: { topic: string, id: string, failures?: number }): Promise<void> {
  const [topic, subscription] = await Promise.all([sns.tables.topics.get(pending.topic), sns.tables.subscriptions.get(pending.topic, pending.id)])
  if (!topic || subscription?.token === undefined) return
  const envelope = await confirmation(sns, topic, subscription)
  try {
    if (subscription.protocol === 'sqs') await sendToQueue(sns, topic, subscription, undefined, subscription.endpoint, written(envelope))
    else await post(sns, topic, subscription, undefined, undefined, envelope)
  } catch (error) {
    const failure = failureOf(error)
    const failures = (pending.failures ?? 0) + 1
    const delayMs = failure.permanent ? undefined : retryDelayMs(effectivePolicy(topic.attributes.DeliveryPolicy, undefined).healthyRetryPolicy, failures)
    sns.log.warn('an endpoint could not be asked to confirm its subscription', { subscription: subscription.arn, error: failure.message })
    if (delayMs !== undefined) await sns.transact(async scope => scope.enqueue('confirm', { ...pending, failures }, { at: sns.now() + delayMs }))
  }
}

