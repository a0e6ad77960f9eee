import type { QueueAttributeName } from '@aws-sdk/client-sqs'
import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { sharedPolicy } from '../../platform/standing.ts'
import { tagsFromList, userTags } from '../../platform/tags.ts'
import { standingQueues } from './cloudformation-standing.ts'

type Document = object | string

interface QueueProperties {
  QueueName?: string
  FifoQueue?: unknown
  ContentBasedDeduplication?: unknown
  DeduplicationScope?: string
  FifoThroughputLimit?: string
  DelaySeconds?: unknown
  MaximumMessageSize?: unknown
  MessageRetentionPeriod?: unknown
  ReceiveMessageWaitTimeSeconds?: unknown
  VisibilityTimeout?: unknown
  KmsMasterKeyId?: string
  KmsDataKeyReusePeriodSeconds?: unknown
  SqsManagedSseEnabled?: unknown
  RedrivePolicy?: Document
  RedriveAllowPolicy?: Document
  Tags?: { Key: string, Value: string }[]
}

/** Properties that are attributes of the same name, and what they fall back to when a template no longer has them. */
const fallbacks: Partial<Record<QueueAttributeName, string>> = {
  DelaySeconds: '0', MaximumMessageSize: '1048576', MessageRetentionPeriod: '345600', ReceiveMessageWaitTimeSeconds: '0', VisibilityTimeout: '30',
  KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '300', SqsManagedSseEnabled: 'true', RedrivePolicy: '', RedriveAllowPolicy: '',
}
const fifoFallbacks: Partial<Record<QueueAttributeName, string>> = { ContentBasedDeduplication: 'false', DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue' }
const isTrue = (value: unknown): boolean => value === true || value === 'true'
const text = (value: unknown): string => typeof value === 'object' ? JSON.stringify(value) : String(value)

/** The attributes that a template asks for; false is left out where only a FIFO queue has the attribute. */
function attributesOf(properties: QueueProperties): Record<string, string> {
  const fifo = isTrue(properties.FifoQueue)
  const names = [...Object.keys(fallbacks), ...Object.keys(fifoFallbacks)] as (keyof QueueProperties & QueueAttributeName)[]
  const asked = names.filter(name => properties[name] !== undefined && (fifo || name !== 'ContentBasedDeduplication' || isTrue(properties[name])))
  return { ...fifo && { FifoQueue: 'true' }, ...Object.fromEntries(asked.map(name => [name, text(properties[name])])) }
}

async function described({ aws }: ResourceContext, id: string): Promise<Created> {
  const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl: id, AttributeNames: ['QueueArn'] })
  const arn = Attributes!.QueueArn!
  return { id, attributes: { Arn: arn, QueueName: arn.slice(arn.lastIndexOf(':') + 1), QueueUrl: id } }
}

const queue: ResourceType<QueueProperties> = {
  ...standingQueues,
  properties: {
    QueueName: 'optional', FifoQueue: 'optional', ContentBasedDeduplication: 'optional', DeduplicationScope: 'optional',
      FifoThroughputLimit: 'optional', DelaySeconds: 'optional',
    MaximumMessageSize: 'optional', MessageRetentionPeriod: 'optional', ReceiveMessageWaitTimeSeconds: 'optional', VisibilityTimeout: 'optional',
      KmsMasterKeyId: 'optional',
    KmsDataKeyReusePeriodSeconds: 'optional', SqsManagedSseEnabled: 'optional', RedrivePolicy: 'optional', RedriveAllowPolicy: 'optional', Tags: 'optional',
  },
  createOnly: ['QueueName', 'FifoQueue'],
  async create(resource, properties) {
    const { aws, tags, generatedName } = resource
    const QueueName = properties.QueueName ?? (isTrue(properties.FifoQueue) ? `${generatedName(75)}.fifo` : generatedName(80))
    const given = userTags({ ...tags, ...tagsFromList(properties.Tags) })
    const { QueueUrl } = await aws.sqs.CreateQueue({ QueueName, Attributes: attributesOf(properties), ...Object.keys(given).length > 0 && { tags: given } })
    return described(resource, QueueUrl!)
  },
  async update(resource, id, properties, previous) {
    const { sqs } = resource.aws
    const [wanted, before] = [attributesOf(properties), attributesOf(previous)]
    const all = { ...fallbacks, ...isTrue(properties.FifoQueue) && fifoFallbacks }
    const gone = Object.fromEntries(Object.keys(before).filter(name => !(name in wanted)).map(name => [name, all[name as QueueAttributeName]!]))
    const changes = { ...gone, ...Object.fromEntries(Object.entries(wanted).filter(([name, value]) => before[name] !== value)) }
    // A key of KMS and the encryption of SQS itself are one or the other.
    if (changes.KmsMasterKeyId) delete changes.SqsManagedSseEnabled
    if (changes.KmsMasterKeyId === '' && wanted.SqsManagedSseEnabled === undefined) changes.SqsManagedSseEnabled = 'true'
    if (Object.keys(changes).length > 0) await sqs.SetQueueAttributes({ QueueUrl: id, Attributes: changes })
    const [tags, old] = [tagsFromList(properties.Tags), tagsFromList(previous.Tags)]
    const TagKeys = Object.keys(old).filter(key => !(key in tags))
    if (TagKeys.length > 0) await sqs.UntagQueue({ QueueUrl: id, TagKeys })
    const given = userTags({ ...resource.tags, ...tags })
    if (Object.keys(given).length > 0) await sqs.TagQueue({ QueueUrl: id, Tags: given })
    return described(resource, id)
  },
  async delete({ aws }, id) {
    await aws.sqs.DeleteQueue({ QueueUrl: id }).catch(unlessGone)
  },
  async read({ aws }, id) {
    try {
      const { Attributes = {} } = await aws.sqs.GetQueueAttributes({ QueueUrl: id, AttributeNames: ['All'] })
      const { QueueArn, RedrivePolicy, RedriveAllowPolicy, FifoQueue, ContentBasedDeduplication, SqsManagedSseEnabled } = Attributes
      const numbers = ['DelaySeconds', 'MaximumMessageSize', 'MessageRetentionPeriod', 'ReceiveMessageWaitTimeSeconds', 'VisibilityTimeout',
        'KmsDataKeyReusePeriodSeconds'] as const
      return {
        QueueName: QueueArn!.slice(QueueArn!.lastIndexOf(':') + 1), SqsManagedSseEnabled: SqsManagedSseEnabled === 'true',
        ...Object.fromEntries(numbers.filter(name => Attributes[name] !== undefined).map(name => [name, Number(Attributes[name])])),
        ...FifoQueue && { FifoQueue: true, ContentBasedDeduplication: ContentBasedDeduplication === 'true' },
        ...FifoQueue && { DeduplicationScope: Attributes.DeduplicationScope!, FifoThroughputLimit: Attributes.FifoThroughputLimit! },
        KmsMasterKeyId: Attributes.KmsMasterKeyId || undefined, RedrivePolicy: RedrivePolicy ? JSON.parse(RedrivePolicy) : undefined,
        RedriveAllowPolicy: RedriveAllowPolicy ? JSON.parse(RedriveAllowPolicy) : undefined,
      }
    } catch (error) {
      unlessGone(error as Error)
      return undefined
    }
  },
}

function unlessGone(error: Error): void {
  if (error.name !== 'QueueDoesNotExist') throw error
}

const setPolicy = ({ aws }: ResourceContext, QueueUrl: string, policy: Document | '') =>
  aws.sqs.SetQueueAttributes({ QueueUrl, Attributes: { Policy: policy === '' ? '' : text(policy) } })

const queuePolicy: ResourceType<{ PolicyDocument: Document, Queues: string[] }> = {
  properties: { PolicyDocument: 'required', Queues: 'required' },
  async create(resource, { PolicyDocument, Queues }) {
    for (const url of Queues) await setPolicy(resource, url, PolicyDocument)
    const id = resource.generatedName(128)
    return { id, attributes: { Id: id } }
  },
  async update(resource, id, { PolicyDocument, Queues }, previous) {
    for (const url of previous.Queues) if (!Queues.includes(url)) await setPolicy(resource, url, '').catch(unlessGone)
    for (const url of Queues) await setPolicy(resource, url, PolicyDocument)
    return { id, attributes: { Id: id } }
  },
  async delete(resource, _id, { Queues }) {
    for (const url of Queues) await setPolicy(resource, url, '').catch(unlessGone)
  },
  /** Gone once none of its queues has a policy any more. */
  async read({ aws }, _id, { Queues = [], PolicyDocument }) {
    const policyOf = async (QueueUrl: string) => {
      const found = await aws.sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['Policy'] }).catch(unlessGone)
      return found?.Attributes?.Policy || undefined
    }
    const shared = await sharedPolicy(Queues, PolicyDocument, policyOf)
    return shared && { Queues: shared.things, PolicyDocument: shared.document }
  },
}

const queueInlinePolicy: ResourceType<{ PolicyDocument: Document, Queue: string }> = {
  properties: { PolicyDocument: 'required', Queue: 'required' },
  createOnly: ['Queue'],
  identifier: 'Queue',
  async create(resource, { PolicyDocument, Queue }) {
    await setPolicy(resource, Queue, PolicyDocument)
    return { id: Queue }
  },
  async update(resource, _id, properties) {
    return queueInlinePolicy.create(resource, properties)
  },
  async delete(resource, id) {
    await setPolicy(resource, id, '').catch(unlessGone)
  },
  async read({ aws }, id) {
    try {
      const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl: id, AttributeNames: ['Policy'] })
      return Attributes?.Policy ? { Queue: id, PolicyDocument: JSON.parse(Attributes.Policy) } : undefined
    } catch (error) {
      unlessGone(error as Error)
      return undefined
    }
  },
}

export const resourceTypes = { 'AWS::SQS::Queue': queue, 'AWS::SQS::QueuePolicy': queuePolicy, 'AWS::SQS::QueueInlinePolicy': queueInlinePolicy }
