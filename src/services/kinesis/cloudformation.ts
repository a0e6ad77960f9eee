import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, userTags } from '../../platform/tags.ts'
import { standingConsumers, standingPolicies, standingStreams } from './cloudformation-standing.ts'

interface StreamProperties {
  Name?: string
  ShardCount?: number
  RetentionPeriodHours?: number
  MaxRecordSizeInKiB?: number
  StreamModeDetails?: { StreamMode: 'PROVISIONED' | 'ON_DEMAND' }
  DesiredShardLevelMetrics?: string[]
  StreamEncryption?: { EncryptionType: 'KMS', KeyId: string }
  Tags?: { Key: string, Value: string }[]
}

const streamArn = ({ partition, region, account }: ResourceContext, name: string) => `arn:${partition}:kinesis:${region}:${account}:stream/${name}`
const modeOf = (properties: StreamProperties) => properties.StreamModeDetails?.StreamMode ?? (properties.ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED')

function unlessGone(error: Error): void {
  if (error.name !== 'ResourceNotFoundException') throw error
}

const stream: ResourceType<StreamProperties> = {
  ...standingStreams,
  properties: {
    Name: 'optional', ShardCount: 'optional', RetentionPeriodHours: 'optional', MaxRecordSizeInKiB: 'optional', StreamModeDetails: 'optional',
    DesiredShardLevelMetrics: 'optional', StreamEncryption: 'optional', Tags: 'optional',
  },
  createOnly: ['Name'],
  async create(resource, properties) {
    const { aws, tags, generatedName } = resource
    const StreamName = properties.Name ?? generatedName(128)
    const mode = modeOf(properties)
    const Tags = userTags({ ...tags, ...tagsFromList(properties.Tags) })
    await aws.kinesis.CreateStream({
      StreamName, StreamModeDetails: { StreamMode: mode }, ...mode === 'PROVISIONED' && {
        ShardCount: Number(properties.ShardCount ?? 1),
      }, ...Object.keys(Tags).length > 0 && { Tags },
      ...properties.MaxRecordSizeInKiB !== undefined && { MaxRecordSizeInKiB: Number(properties.MaxRecordSizeInKiB) },
    })
    if (properties.RetentionPeriodHours !== undefined) await aws.kinesis.IncreaseStreamRetentionPeriod({
      StreamName, RetentionPeriodHours: Number(properties.RetentionPeriodHours),
    })
    if (properties.DesiredShardLevelMetrics?.length) await aws.kinesis.EnableEnhancedMonitoring({
      StreamName, ShardLevelMetrics: properties.DesiredShardLevelMetrics as never[],
    })
    await encrypt(resource, StreamName, properties.StreamEncryption, undefined)
    return { id: StreamName, attributes: { Arn: streamArn(resource, StreamName) } }
  },
  async update(resource, StreamName, properties, previous) {
    const { aws } = resource
    const StreamARN = streamArn(resource, StreamName)
    if (modeOf(properties) !== modeOf(previous)) await aws.kinesis.UpdateStreamMode({ StreamARN, StreamModeDetails: { StreamMode: modeOf(properties) } })
    if (modeOf(properties) === 'PROVISIONED') await scale(resource, StreamName, Number(properties.ShardCount ?? 1))
    const hours = Number(properties.RetentionPeriodHours ?? 24)
    const before = Number(previous.RetentionPeriodHours ?? 24)
    if (hours > before) await aws.kinesis.IncreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: hours })
    if (hours < before) await aws.kinesis.DecreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: hours })
    const sizes = [properties, previous].map(one => Number(one.MaxRecordSizeInKiB ?? 1024))
    if (sizes[0] !== sizes[1]) await aws.kinesis.UpdateMaxRecordSize({ StreamARN, MaxRecordSizeInKiB: sizes[0] })
    await changeMetrics(resource, StreamName, properties.DesiredShardLevelMetrics ?? [], previous.DesiredShardLevelMetrics ?? [])
    await encrypt(resource, StreamName, properties.StreamEncryption, previous.StreamEncryption)
    const gone = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tagsFromList(properties.Tags)))
    if (gone.length > 0) await aws.kinesis.RemoveTagsFromStream({ StreamName, TagKeys: gone })
    if (properties.Tags?.length) await aws.kinesis.AddTagsToStream({ StreamName, Tags: tagsFromList(properties.Tags) })
    return { id: StreamName, attributes: { Arn: StreamARN } }
  },
  async delete({ aws }, id) {
    await aws.kinesis.DeleteStream({ StreamName: id, EnforceConsumerDeletion: true }).catch(unlessGone)
  },
}

/** UpdateShardCount at most doubles and at least halves: a larger step is made of several. */
async function scale({ aws }: ResourceContext, StreamName: string, target: number): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary } = await aws.kinesis.DescribeStreamSummary({ StreamName })
    const open = StreamDescriptionSummary!.OpenShardCount!
    if (open === target) return
    await aws.kinesis.UpdateShardCount({
      StreamName, ScalingType: 'UNIFORM_SCALING', TargetShardCount: Math.max(Math.min(target, open * 2), Math.ceil(open / 2)),
    })
  }
}

type Encryption = StreamProperties['StreamEncryption']

async function encrypt({ aws }: ResourceContext, StreamName: string, wanted: Encryption, previous: Encryption): Promise<void> {
  if (wanted?.KeyId === previous?.KeyId) return
  if (wanted) await aws.kinesis.StartStreamEncryption({ StreamName, EncryptionType: 'KMS', KeyId: wanted.KeyId })
  else await aws.kinesis.StopStreamEncryption({ StreamName, EncryptionType: 'KMS', KeyId: previous!.KeyId })
}

async function changeMetrics({ aws }: ResourceContext, StreamName: string, wanted: string[], previous: string[]): Promise<void> {
  const gone = previous.filter(metric => !wanted.includes(metric))
  const fresh = wanted.filter(metric => !previous.includes(metric))
  if (gone.length > 0) await aws.kinesis.DisableEnhancedMonitoring({ StreamName, ShardLevelMetrics: gone as never[] })
  if (fresh.length > 0) await aws.kinesis.EnableEnhancedMonitoring({ StreamName, ShardLevelMetrics: fresh as never[] })
}

interface ConsumerProperties { ConsumerName: string, StreamARN: string, Tags?: { Key: string, Value: string }[] }

const consumer: ResourceType<ConsumerProperties> = {
  ...standingConsumers,
  properties: { ConsumerName: 'required', StreamARN: 'required', Tags: 'optional' },
  createOnly: ['ConsumerName', 'StreamARN'],
  async create({ aws, tags }, { ConsumerName, StreamARN, Tags }) {
    const all = userTags({ ...tags, ...tagsFromList(Tags) })
    const { Consumer } = await aws.kinesis.RegisterStreamConsumer({ ConsumerName, StreamARN, ...Object.keys(all).length > 0 && { Tags: all } })
    const { ConsumerARN, ConsumerStatus, ConsumerCreationTimestamp } = Consumer!
    return {
      id: ConsumerARN!,
      attributes: { ConsumerARN, ConsumerStatus, ConsumerName, StreamARN, ConsumerCreationTimestamp: String(ConsumerCreationTimestamp!.getTime() / 1000) },
    }
  },
  async delete({ aws }, id) {
    await aws.kinesis.DeregisterStreamConsumer({ ConsumerARN: id }).catch(unlessGone)
  },
}

interface PolicyProperties { ResourceArn: string, ResourcePolicy: object | string }

const putPolicy = async ({ aws }: ResourceContext, { ResourceArn, ResourcePolicy }: PolicyProperties) => {
  await aws.kinesis.PutResourcePolicy({
    ResourceARN: ResourceArn, Policy: typeof ResourcePolicy === 'string' ? ResourcePolicy : JSON.stringify(ResourcePolicy),
  })
  return { id: ResourceArn }
}

const resourcePolicy: ResourceType<PolicyProperties> = {
  ...standingPolicies,
  properties: { ResourceArn: 'required', ResourcePolicy: 'required' },
  createOnly: ['ResourceArn'],
  create: putPolicy,
  update: (resource, _, properties) => putPolicy(resource, properties),
  async delete({ aws }, id) {
    await aws.kinesis.DeleteResourcePolicy({ ResourceARN: id }).catch(unlessGone)
  },
}

export const resourceTypes = { 'AWS::Kinesis::Stream': stream, 'AWS::Kinesis::StreamConsumer': consumer, 'AWS::Kinesis::ResourcePolicy': resourcePolicy }
