import { parseArn } from '../../../platform/arns.ts'
import type { Message, Sns, SubscriptionRow, TopicRow } from '../state.ts'
import { bodyFor, notification, written } from './envelope.ts'

/**
 * Sends a message to a queue, the subscription's or its dead-letter queue, whose policy has to let SNS do so for this topic. Raw delivery: the
 * text itself, and the attributes as those of the queue's message. `text`: instead of a message, a text.
 */
export async function sendToQueue(
  sns: Sns, topic: TopicRow, subscription: SubscriptionRow, message: Message | undefined, queueArn: string, text?: string,
): Promise<void> {
  const { account, region, resource } = parseArn(queueArn)!
  const { sqs } = sns.in({ account, region }).as({ service: 'sns.amazonaws.com', sourceArn: topic.arn })
  const QueueUrl = `${sns.config.endpoint}/${account}/${resource}`
  if (!message) {
    await sqs.SendMessage({ QueueUrl, MessageBody: text! })
    return
  }
  const isRaw = subscription.attributes.RawMessageDelivery === 'true'
  const fifo = resource.endsWith('.fifo')
  await sqs.SendMessage({
    QueueUrl, MessageBody: isRaw ? bodyFor(message, subscription.protocol) : written(await notification(sns, topic, subscription, message)),
    ...isRaw && message.attributes && { MessageAttributes: message.attributes },
    ...message.group !== undefined && { MessageGroupId: message.group }, ...fifo && { MessageDeduplicationId: message.deduplicationId },
  })
}
