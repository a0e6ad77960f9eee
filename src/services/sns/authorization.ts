import { accountOfArn } from '../../platform/arns.ts'
import type { Sns } from './state.ts'
import { findTopic } from './topics/topic.ts'

interface NamesTopic { TopicArn?: string | undefined, TargetArn?: string | undefined, ResourceArn?: string | undefined }

const nameOf = (input: NamesTopic) => input.TopicArn ?? input.TargetArn ?? input.ResourceArn

/** Alarms publish under the policy that every topic has: this key says for which account. */
const conditionsOf = ({ principal }: Sns) => principal.type === 'service' && principal.arn === 'cloudwatch.amazonaws.com'
  ? { 'aws:SourceOwner': accountOfArn(principal.sourceArn ?? '') ?? principal.account } : {}

/** A rule for an operation on a topic, which its policy can open to others; `action` where a batch needs the permission of the single one. */
export const onTopic = (action?: string) => ({
  ...action !== undefined && { action: `sns:${action}` },
  resource: (_: Sns, input: NamesTopic) => nameOf(input) ?? '*',
  resourcePolicy: async (sns: Sns, input: NamesTopic) => (await findTopic(sns, nameOf(input)))?.attributes.Policy,
  resourceTags: async (sns: Sns, input: NamesTopic) => (await findTopic(sns, nameOf(input)))?.tags,
  conditions: conditionsOf,
})

/** The same for a subscription, with what it is. */
export const onSubscribe = {
  ...onTopic(),
  conditions: (sns: Sns, input: { Protocol?: string | undefined, Endpoint?: string | undefined }) =>
    ({ ...conditionsOf(sns), 'sns:Protocol': input.Protocol, 'sns:Endpoint': input.Endpoint }),
}

/** Tags are the business of the topic's own account. */
export const onTags = {
  resource: (_: Sns, input: NamesTopic) => nameOf(input) ?? '*',
  resourceTags: async (sns: Sns, input: NamesTopic) => (await findTopic(sns, nameOf(input)))?.tags,
}

/** The token is what confirms: the topic's own policy is not asked, so that strangers who were sent it can use it. */
export const byToken = { resource: (_: Sns, input: NamesTopic) => nameOf(input) ?? '*', resourceAccount: async (sns: Sns) => sns.account }

/** A subscription's own account and its topic's may; the operation looks whose it is, and what the caller may do its own policies say. */
export const onSubscription = {
  resource: (_: Sns, { SubscriptionArn: arn = '*' }: { SubscriptionArn?: string | undefined }) => arn.split(':').slice(0, 6).join(':'),
  resourceAccount: async (sns: Sns) => sns.account,
}
