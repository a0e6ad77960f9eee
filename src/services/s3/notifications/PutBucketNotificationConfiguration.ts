import type { PutBucketNotificationConfigurationCommandInput, NotificationConfigurationFilter } from '@aws-sdk/client-s3'
import { parseArn } from '../../../platform/arns.ts'
import { bucketNamed, malformedXml, type S3Scope } from '../state.ts'
import { send } from './deliver.ts'
import { checkNotifications, invalidArgument, type Notification } from './notification.ts'

/** Says where a bucket's events go: to functions, queues and topics, and to EventBridge. Each must let S3 reach it, which is tried. */
export async function PutBucketNotificationConfiguration(s3: S3Scope, input: PutBucketNotificationConfigurationCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const given = input.NotificationConfiguration
  if (!given) throw malformedXml()
  const {
    LambdaFunctionConfigurations: functions = [], QueueConfigurations: queues = [], TopicConfigurations: topics = [], EventBridgeConfiguration: eventBridge,
  } = given
  const all = [
    ...functions.map(each => ({ ...each, to: each.LambdaFunctionArn })), ...queues.map(each => ({ ...each, to: each.QueueArn })),
    ...topics.map(each => ({ ...each, to: each.TopicArn }))
  ]
  const destinations = all.map(({ Id, to, Events, Filter }): Notification => ({
    id: Id ?? s3.newId(), to: to ?? '', events: [...Events ?? []], ...filterOf(Filter),
  }))
  checkNotifications(destinations)
  for (const { to } of destinations) {
    if (!['lambda', 'sqs', 'sns'].includes(parseArn(to)?.service ?? '') || to.endsWith('.fifo')) throw invalidArgument('The ARN is not well formed')
  }
  if (!input.SkipDestinationValidation) {
    const text = JSON.stringify({
      Service: 'Amazon S3', Event: 's3:TestEvent', Time: new Date(s3.now()).toISOString(), Bucket: bucket.name, RequestId: s3.requestId, HostId: s3.requestId,
    })
    for (const { to } of destinations) {
      await send(s3, to, bucket.name, text, true).catch(() => { throw invalidArgument('Unable to validate the following destination configurations') })
    }
  }
  await s3.transact(async (inside: S3Scope) => {
    const row = await bucketNamed(inside, input.Bucket)
    await inside.tables.buckets.put({
      ...row, configuration: { ...row.configuration, notifications: { destinations, eventBridge: eventBridge !== undefined } },
    })
  })
  return {}
}

function filterOf(filter: NotificationConfigurationFilter | undefined): { prefix: string, suffix: string } {
  const found = { prefix: '', suffix: '' }
  for (const { Name = '', Value = '' } of filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') throw invalidArgument('filter rule name must be either prefix or suffix')
    found[name] = Value
  }
  return found
}
