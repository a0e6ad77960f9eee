import { parseArn } from '../../platform/arns.ts'
import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { sharedPolicy } from '../../platform/standing.ts'
import { tagsFromList, tagsToList, type Tags } from '../../platform/tags.ts'
import { standingSubscriptions, standingTopics, subscriptionsOf } from './cloudformation-standing.ts'
import { defaultPolicy } from './topics/topic.ts'

type Document = object | string

interface TopicProperties {
  TopicName?: string
  DisplayName?: string
  FifoTopic?: unknown
  ContentBasedDeduplication?: unknown
  FifoThroughputScope?: string
  KmsMasterKeyId?: string
  SignatureVersion?: unknown
  TracingConfig?: string
  Subscription?: { Endpoint: string, Protocol: string }[]
  Tags?: { Key: string, Value: string }[]
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'
const text = (value: unknown): string => typeof value === 'object' ? JSON.stringify(value) : String(value)
const attributeNames = ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'TracingConfig'] as const
/** What an attribute falls back to when a template no longer has it. */
const fallbacks: Record<string, string> = { ContentBasedDeduplication: 'false', FifoThroughputScope: 'Topic' }

/** The attributes that a template asks for. */
function attributesOf(properties: TopicProperties): Record<string, string> {
  const asked = attributeNames.filter(name => properties[name] !== undefined).map(name => [name, text(properties[name])])
  const { ContentBasedDeduplication: deduplicates, FifoThroughputScope } = properties
  return {
    ...Object.fromEntries(asked), ...deduplicates !== undefined && (isTrue(properties.FifoTopic) || isTrue(deduplicates))
      && { ContentBasedDeduplication: text(deduplicates) },
    ...FifoThroughputScope !== undefined && { FifoThroughputScope },
  }
}

/** CloudFormation's own tags, `aws:cloudformation:...`, cannot be set through the API. */
const tagsOf = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')))

const described = (arn: string): Created => ({ id: arn, attributes: { TopicArn: arn, TopicName: parseArn(arn)!.resource } })

function unlessGone(error: Error): void {
  if (error.name !== 'NotFoundException') throw error
}

async function unsubscribe({ aws }: ResourceContext, TopicArn: string, gone: { Endpoint: string, Protocol: string }[]): Promise<void> {
  let NextToken: string | undefined
  do {
    const page = await aws.sns.ListSubscriptionsByTopic({ TopicArn, ...NextToken !== undefined && { NextToken } })
    for (const { SubscriptionArn, Protocol, Endpoint } of page.Subscriptions ?? []) {
      if (gone.some(each => each.Protocol === Protocol && each.Endpoint === Endpoint) && SubscriptionArn?.startsWith('arn:')) {
        await aws.sns.Unsubscribe({ SubscriptionArn })
      }
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
}

const topic: ResourceType<TopicProperties> = {
  properties: {
    TopicName: 'optional', DisplayName: 'optional', FifoTopic: 'optional', ContentBasedDeduplication: 'optional', FifoThroughputScope: 'optional',
    KmsMasterKeyId: 'optional', SignatureVersion: 'optional', TracingConfig: 'optional', Subscription: 'optional', Tags: 'optional',
  },
  createOnly: ['TopicName', 'FifoTopic'],
  ...standingTopics,
  async create(resource, properties) {
    const { aws, tags, generatedName } = resource
    const fifo = isTrue(properties.FifoTopic)
    const Name = properties.TopicName ?? (fifo ? `${generatedName(251)}.fifo` : generatedName(256))
    const given = tagsToList(tagsOf({ ...tags, ...tagsFromList(properties.Tags) }))
    const { TopicArn } = await aws.sns.CreateTopic({
      Name, Attributes: { ...fifo && { FifoTopic: 'true' }, ...attributesOf(properties) }, ...given.length > 0 && { Tags: given },
    })
    for (const each of properties.Subscription ?? []) await aws.sns.Subscribe({ TopicArn, ...each })
    return described(TopicArn!)
  },
  async update(resource, id, properties, previous) {
    const { sns } = resource.aws
    const [wanted, before] = [attributesOf(properties), attributesOf(previous)]
    const gone = Object.keys(before).filter(name => !(name in wanted)).map(name => [name, fallbacks[name] ?? ''])
    const changes = [...gone, ...Object.entries(wanted).filter(([name, value]) => before[name] !== value)] as [string, string][]
    for (const [AttributeName, AttributeValue] of changes) await sns.SetTopicAttributes({ TopicArn: id, AttributeName, AttributeValue })
    const [now, old] = [properties.Subscription ?? [], previous.Subscription ?? []]
    const isIn = (list: typeof now, one: typeof now[number]) => list.some(each => each.Protocol === one.Protocol && each.Endpoint === one.Endpoint)
    const ended = old.filter(each => !isIn(now, each))
    if (ended.length > 0) await unsubscribe(resource, id, ended)
    for (const each of now) if (!isIn(old, each)) await sns.Subscribe({ TopicArn: id, ...each })
    const tags = tagsFromList(properties.Tags)
    const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tags))
    if (TagKeys.length > 0) await sns.UntagResource({ ResourceArn: id, TagKeys })
    const given = tagsToList(tagsOf({ ...resource.tags, ...tags }))
    if (given.length > 0) await sns.TagResource({ ResourceArn: id, Tags: given })
    return described(id)
  },
  async delete({ aws }, id) {
    await aws.sns.DeleteTopic({ TopicArn: id })
  },
  tags: async ({ aws }, ResourceArn) => tagsFromList((await aws.sns.ListTagsForResource({ ResourceArn })).Tags),
  async read(resource, id, known) {
    try {
      const { Attributes = {} } = await resource.aws.sns.GetTopicAttributes({ TopicArn: id })
      const { FifoTopic, ContentBasedDeduplication, FifoThroughputScope } = Attributes
      return {
        TopicName: parseArn(id)!.resource, Subscription: known.Subscription && await subscriptionsOf(resource, id, known.Subscription),
        ...Object.fromEntries(attributeNames.map(name => [name, Attributes[name] || undefined])),
        ...FifoTopic && { FifoTopic: true, ContentBasedDeduplication: ContentBasedDeduplication === 'true', FifoThroughputScope: FifoThroughputScope! },
      }
    } catch (error) {
      unlessGone(error as Error)
      return undefined
    }
  },
}

const setPolicy = ({ aws }: ResourceContext, TopicArn: string, policy: Document) =>
  aws.sns.SetTopicAttributes({ TopicArn, AttributeName: 'Policy', AttributeValue: text(policy) })
const resetPolicy = (resource: ResourceContext, arn: string) => setPolicy(resource, arn, defaultPolicy(arn)).catch(unlessGone)

const topicPolicy: ResourceType<{ PolicyDocument: Document, Topics: string[] }> = {
  properties: { PolicyDocument: 'required', Topics: 'required' },
  async create(resource, { PolicyDocument, Topics }) {
    for (const arn of Topics) await setPolicy(resource, arn, PolicyDocument)
    const id = resource.generatedName(128)
    return { id, attributes: { Id: id } }
  },
  async update(resource, id, { PolicyDocument, Topics }, previous) {
    for (const arn of previous.Topics) if (!Topics.includes(arn)) await resetPolicy(resource, arn)
    for (const arn of Topics) await setPolicy(resource, arn, PolicyDocument)
    return { id, attributes: { Id: id } }
  },
  async delete(resource, _id, { Topics }) {
    for (const arn of Topics) await resetPolicy(resource, arn)
  },
  /** Gone once each of its topics has the policy again that every topic is made with. */
  async read({ aws }, _id, { Topics = [], PolicyDocument }) {
    const policyOf = async (TopicArn: string) => {
      const Policy = (await aws.sns.GetTopicAttributes({ TopicArn }).catch(unlessGone))?.Attributes?.Policy
      return Policy === defaultPolicy(TopicArn) ? undefined : Policy
    }
    const shared = await sharedPolicy(Topics, PolicyDocument, policyOf)
    return shared && { Topics: shared.things, PolicyDocument: shared.document }
  },
}

const topicInlinePolicy: ResourceType<{ PolicyDocument: Document, TopicArn: string }> = {
  properties: { PolicyDocument: 'required', TopicArn: 'required' },
  createOnly: ['TopicArn'],
  identifier: 'TopicArn',
  async create(resource, { PolicyDocument, TopicArn }) {
    await setPolicy(resource, TopicArn, PolicyDocument)
    return { id: TopicArn }
  },
  async update(resource, _id, properties) {
    return topicInlinePolicy.create(resource, properties)
  },
  async delete(resource, id) {
    await resetPolicy(resource, id)
  },
  async read({ aws }, id) {
    try {
      const { Attributes } = await aws.sns.GetTopicAttributes({ TopicArn: id })
      return { TopicArn: id, PolicyDocument: JSON.parse(Attributes!.Policy!) }
    } catch (error) {
      unlessGone(error as Error)
      return undefined
    }
  },
}

interface SubscriptionProperties {
  TopicArn: string
  Protocol: string
  Endpoint?: string
  Region?: string
  RawMessageDelivery?: unknown
  FilterPolicy?: Document
  FilterPolicyScope?: string
  RedrivePolicy?: Document
  DeliveryPolicy?: Document
}

const documentOf = (value: string | undefined): object | undefined => value ? JSON.parse(value) : undefined

const subscriptionNames = ['FilterPolicyScope', 'FilterPolicy', 'RawMessageDelivery', 'RedrivePolicy', 'DeliveryPolicy'] as const

const subscriptionAttributes = (properties: SubscriptionProperties): Record<string, string> =>
  Object.fromEntries(subscriptionNames.filter(name => properties[name] !== undefined).map(name => [name, text(properties[name])]))

const subscription: ResourceType<SubscriptionProperties> = {
  properties: {
    TopicArn: 'required', Protocol: 'required', Endpoint: 'optional', Region: 'optional', RawMessageDelivery: 'optional', FilterPolicy: 'optional',
    FilterPolicyScope: 'optional', RedrivePolicy: 'optional', DeliveryPolicy: 'optional',
  },
  createOnly: ['TopicArn', 'Protocol', 'Endpoint', 'Region'],
  ...standingSubscriptions,
  async create({ aws, region }, properties) {
    const { TopicArn, Protocol, Endpoint, Region } = properties
    if (Region !== undefined && Region !== region) throw new Error(`Subscriptions to topics of another region (${Region}) are not supported by Fogbank.`)
    const { SubscriptionArn } = await aws.sns.Subscribe({
      TopicArn, Protocol, ...Endpoint !== undefined && { Endpoint }, ReturnSubscriptionArn: true, Attributes: subscriptionAttributes(properties),
    })
    return { id: SubscriptionArn!, attributes: { Arn: SubscriptionArn! } }
  },
  async update({ aws }, id, properties, previous) {
    const [wanted, before] = [subscriptionAttributes(properties), subscriptionAttributes(previous)]
    const changes = subscriptionNames.filter(name => wanted[name] !== before[name])
    for (const name of changes) await aws.sns.SetSubscriptionAttributes({ SubscriptionArn: id, AttributeName: name, AttributeValue: wanted[name] ?? '' })
    return { id, attributes: { Arn: id } }
  },
  async delete({ aws }, id) {
    await aws.sns.Unsubscribe({ SubscriptionArn: id })
  },
  async read({ aws, region }, id) {
    try {
      const { Attributes = {} } = await aws.sns.GetSubscriptionAttributes({ SubscriptionArn: id })
      const { TopicArn, Protocol, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy, DeliveryPolicy } = Attributes
      return {
        TopicArn: TopicArn!, Protocol: Protocol!, Endpoint: Endpoint!, Region: region, RawMessageDelivery: RawMessageDelivery === 'true',
        FilterPolicy: documentOf(FilterPolicy), ...FilterPolicyScope !== undefined && { FilterPolicyScope },
        RedrivePolicy: documentOf(RedrivePolicy), DeliveryPolicy: documentOf(DeliveryPolicy),
      }
    } catch (error) {
      unlessGone(error as Error)
      return undefined
    }
  },
}

export const resourceTypes = {
  'AWS::SNS::Topic': topic, 'AWS::SNS::TopicPolicy': topicPolicy, 'AWS::SNS::TopicInlinePolicy': topicInlinePolicy, 'AWS::SNS::Subscription': subscription,
}
