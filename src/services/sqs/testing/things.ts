import { SQS } from '@aws-sdk/client-sqs'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { sqs as service } from '../service.ts'

export interface Things {
  cloud: TestCloud
  sqs: SQS
  /** Creates a queue and answers its URL; one whose name ends in `.fifo` is a FIFO queue. */
  queue(name: string, attributes?: Record<string, string>): Promise<string>
  arn(url: string): Promise<string>
  /** Visible, in flight, delayed. */
  counts(url: string): Promise<number[]>
  send(url: string, ...bodies: string[]): Promise<void>
  /** Receives up to ten messages. */
  receive(url: string, more?: object): Promise<any[]>
  bodies(url: string, more?: object): Promise<string[]>
  stop(): Promise<void>
}

/** A cloud with nothing but SQS, and what the tests of it do over and over. */
export async function startThings(options: { dataFolder?: string } = {}): Promise<Things> {
  const cloud = await startCloud({ services: [service], ...options })
  const sqs = new SQS(cloud.client)
  const attributesOf = async (QueueUrl: string) => (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes!
  const receive: Things['receive'] = async (QueueUrl, more = {}) => (await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'], ...more })).Messages ?? []
  return {
    cloud, sqs, receive,
    async queue(QueueName, Attributes = {}) {
      return (await sqs.createQueue({ QueueName, Attributes: { ...QueueName.endsWith('.fifo') && { FifoQueue: 'true' }, ...Attributes } })).QueueUrl!
    },
    arn: async url => (await attributesOf(url)).QueueArn!,
    async counts(url) {
      const found = await attributesOf(url)
      return [found.ApproximateNumberOfMessages, found.ApproximateNumberOfMessagesNotVisible, found.ApproximateNumberOfMessagesDelayed].map(Number)
    },
    async send(QueueUrl, ...bodies) {
      for (const MessageBody of bodies) {
        await sqs.sendMessage({ QueueUrl, MessageBody, ...QueueUrl.endsWith('.fifo') && { MessageGroupId: MessageBody[0],
          MessageDeduplicationId: MessageBody } })
      }
    },
    bodies: async (url, more) => (await receive(url, more)).map(message => message.Body),
    async stop() {
      sqs.destroy()
      await cloud.stop()
    },
  }
}
