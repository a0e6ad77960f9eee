import type { Message, Sns, SubscriptionRow, TopicRow } from '../state.ts'
import { bodyFor, notification, written } from './envelope.ts'
import { DeliveryFailure } from './failure.ts'

/** How long AWS waits for an answer. */
const timeoutMs = 15_000

/**
 * Posts a message, or the envelope of a confirmation, to an HTTP endpoint. Throws DeliveryFailure: answers of the 400s are final, except 429; others,
 * and endpoints that cannot be reached, may be tried again.
 */
export async function post(
  sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message | undefined, contentType = 'text/plain; charset=UTF-8',
  envelope?: Record<string, unknown>,
): Promise<void> {
  const isRaw = message !== undefined && subscription.attributes.RawMessageDelivery === 'true'
  const content = envelope ?? await notification(sns, topic, subscription, message!)
  const body = isRaw ? bodyFor(message, subscription.protocol) : written(content)
  const url = new URL(subscription.endpoint)
  const { username, password } = url
  url.username = url.password = ''
  let status: number
  try {
    const response = await fetch(url, {
      method: 'POST', body, redirect: 'manual', signal: AbortSignal.any([sns.signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': contentType, 'user-agent': 'Amazon Simple Notification Service Agent', 'x-amz-sns-message-type': String(content.Type),
        'x-amz-sns-message-id': String(content.MessageId), 'x-amz-sns-topic-arn': topic.arn,
        ...message && { 'x-amz-sns-subscription-arn': subscription.arn }, ...isRaw && { 'x-amz-sns-rawdelivery': 'true' },
        ...username && { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` },
      },
    })
    await response.body?.cancel()
    status = response.status
  } catch (error) {
    throw new DeliveryFailure(`${subscription.endpoint} could not be reached: ${String((error as Error).cause ?? error)}`, false)
  }
  if (status >= 200 && status < 300) return
  throw new DeliveryFailure(`${subscription.endpoint} answered ${status}`, status >= 400 && status < 500 && status !== 429)
}
