import type {
  GetBucketNotificationConfigurationCommandOutput, LifecycleRule, NotificationConfigurationFilter, ServerSideEncryptionRule
} from '@aws-sdk/client-s3'
import { readRule } from './cloudformation-lifecycle.ts'
import { asGiven, withoutDefaults } from '../../platform/standing.ts'

/** What the API tells of a bucket, in the form that its template has: `given`, whose defaults and ways of writing are not told as drift. */

type Given = any

const defined = <Members extends object>(members: Members): any => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

export const readBlock = (block: object | undefined, given: Given) => block && withoutDefaults(block as Record<string, boolean>, given, {
  BlockPublicAcls: false, BlockPublicPolicy: false, IgnorePublicAcls: false, RestrictPublicBuckets: false,
})

export const readEncryption = (rules: readonly ServerSideEncryptionRule[] = [], given: Given) => ({
  ServerSideEncryptionConfiguration: rules.map(({ ApplyServerSideEncryptionByDefault, BucketKeyEnabled = false }, at) => withoutDefaults(
    defined({ ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault && defined(ApplyServerSideEncryptionByDefault), BucketKeyEnabled }),
    given?.ServerSideEncryptionConfiguration?.[at], { BucketKeyEnabled: false },
  )),
})

export const readCors = (rules: readonly any[] | undefined) => rules && {
  CorsRules: rules.map(({ ID, MaxAgeSeconds, ExposeHeaders, ...rule }) => defined({ ...rule, Id: ID, MaxAge: MaxAgeSeconds, ExposedHeaders: ExposeHeaders })),
}

export const readLifecycle = (rules: readonly LifecycleRule[] | undefined, given: Given) => rules && {
  Rules: rules.map((rule, at) => readRule(rule, given?.Rules?.[at])),
}

type Notifications = Partial<Omit<GetBucketNotificationConfigurationCommandOutput, '$metadata'>>
interface Destination { Events?: string[] | undefined, Filter?: NotificationConfigurationFilter | undefined }

/** An empty prefix is none. */
const orderless = (filter: Given) =>
  (filter?.S3Key?.Rules ?? []).filter(({ Value }: Given) => Value !== '').map(({ Name, Value }: Given) => `${String(Name).toLowerCase()}=${Value}`).sort()

/** One configuration for each event, as templates have them. Undefined where nothing is configured, and nothing given. */
export function readNotifications(found: Notifications, given: Given) {
  const list = <Found extends Destination>(all: Found[] | undefined, own: Given[] = [], to: (one: Found) => object) => {
    const single = all?.flatMap(one => one.Events!.map(Event => ({ one, Event })))
    const filter = ({ Filter }: Found) => Filter && { S3Key: { Rules: Filter.Key?.FilterRules ?? [] } }
    return single?.map(({ one, Event }, at) => defined({ Event, Filter: asGiven(filter(one), own[at]?.Filter, orderless), ...to(one) }))
  }
  const isOff = String(given?.EventBridgeConfiguration?.EventBridgeEnabled) === 'false'
  const notifications = defined({
    LambdaConfigurations: list(found.LambdaFunctionConfigurations, given?.LambdaConfigurations, one => ({ Function: one.LambdaFunctionArn })),
    QueueConfigurations: list(found.QueueConfigurations, given?.QueueConfigurations, one => ({ Queue: one.QueueArn })),
    TopicConfigurations: list(found.TopicConfigurations, given?.TopicConfigurations, one => ({ Topic: one.TopicArn })),
    EventBridgeConfiguration: found.EventBridgeConfiguration
      ? withoutDefaults({ EventBridgeEnabled: true }, given?.EventBridgeConfiguration, { EventBridgeEnabled: true })
      : isOff ? given.EventBridgeConfiguration : undefined,
  })
  return Object.keys(notifications).length > 0 ? notifications : undefined
}
