import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SNS } from '@aws-sdk/client-sns'
import { SQS } from '@aws-sdk/client-sqs'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud } from '../../../testing/index.ts'

export const accountId = '000000000000'

/** A cloud, its clients, and what the tests of topics do over and over. `respond`: what functions do. */
export async function startThings(respond: (event: any) => unknown = () => null) {
  const events: any[] = []
  const cloud = await startCloud({ sandboxes: scriptedSandboxes({ script({ event }) { events.push(event); return respond(event) } }) })
  const clients = { sns: new SNS(cloud.client), sqs: new SQS(cloud.client), lambda: new Lambda(cloud.client), iam: new IAM(cloud.client) }
  const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:${accountId}:${name}`
  const allowing = (queueArn: string, topicArn: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{
    Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  }] })
  return {
    ...clients, cloud, events, arnOf,
    topic: async (Name: string, Attributes: Record<string, string> = {}) =>
      (await clients.sns.createTopic({ Name, Attributes: { ...Name.endsWith('.fifo') && { FifoTopic: 'true' }, ...Attributes } })).TopicArn!,
    /** Creates a queue, lets the topic send to it (unless told not to), and answers its URL. */
    async queue(QueueName: string, topicArn?: string): Promise<string> {
      const { QueueUrl } = await clients.sqs.createQueue({ QueueName, Attributes: {
        ...QueueName.endsWith('.fifo') && { FifoQueue: 'true' }, ...topicArn !== undefined && { Policy: allowing(arnOf('sqs', QueueName), topicArn) },
      } })
      return QueueUrl!
    },
    /** Subscribes a queue to a topic. */
    subscribe: async (TopicArn: string, queueName: string, Attributes: Record<string, string> = {}) =>
      (await clients.sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint: arnOf('sqs', queueName), Attributes })).SubscriptionArn!,
    async received(QueueUrl: string) {
      await cloud.settle()
      return (await clients.sqs.receiveMessage({
        QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'],
      })).Messages ?? []
    },
    async createFunction(FunctionName: string, more: object = {}) {
      const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
      const { Role } = await clients.iam.createRole({ RoleName: `role-${FunctionName}`, AssumeRolePolicyDocument: JSON.stringify(trust) })
      const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sns:*', 'sqs:*', 'kinesis:*'], Resource: '*' }] }
      await clients.iam.putRolePolicy({ RoleName: `role-${FunctionName}`, PolicyName: 'p', PolicyDocument: JSON.stringify(document) })
      await clients.lambda.createFunction({
        FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zipSync({ 'index.js': Buffer.from('x') }) }, ...more,
      })
      return arnOf('lambda', `function:${FunctionName}`)
    },
    async stop() {
      for (const client of Object.values(clients)) client.destroy()
      await cloud.stop()
    },
  }
}
