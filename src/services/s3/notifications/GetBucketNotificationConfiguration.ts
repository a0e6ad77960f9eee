import type { Event, GetBucketNotificationConfigurationCommandInput, GetBucketNotificationConfigurationCommandOutput } from '@aws-sdk/client-s3'
import { parseArn } from '../../../platform/arns.ts'
import { bucketNamed, type S3Scope } from '../state.ts'
import { notificationsOf, type Notification } from './notification.ts'

type Output = Omit<GetBucketNotificationConfigurationCommandOutput, '$metadata'>

/** Where a bucket's events go. */
export async function GetBucketNotificationConfiguration(s3: S3Scope, input: GetBucketNotificationConfigurationCommandInput): Promise<Output> {
  const found = notificationsOf(await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner))
  const of = (service: string) => (found?.destinations ?? []).filter(({ to }) => parseArn(to)?.service === service)
  const [functions, queues, topics] = [of('lambda'), of('sqs'), of('sns')]
  return {
    ...functions.length > 0 && { LambdaFunctionConfigurations: functions.map(each => ({ ...view(each), LambdaFunctionArn: each.to })) },
    ...queues.length > 0 && { QueueConfigurations: queues.map(each => ({ ...view(each), QueueArn: each.to })) },
    ...topics.length > 0 && { TopicConfigurations: topics.map(each => ({ ...view(each), TopicArn: each.to })) },
    ...found?.eventBridge && { EventBridgeConfiguration: {} },
  }
}

function view({ id, events, prefix, suffix }: Notification) {
  const rules = [
    ...prefix === '' ? [] : [{ Name: 'Prefix' as 'prefix', Value: prefix }], ...suffix === '' ? [] : [{ Name: 'Suffix' as 'suffix', Value: suffix }]
  ]
  return { Id: id, Events: events as Event[], ...rules.length > 0 && { Filter: { Key: { FilterRules: rules } } } }
}
