import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, unlessGone } from '../../platform/standing.ts'
import { tagsFromList } from '../../platform/tags.ts'

const shardMetrics = 7

/** A template may say ALL for the names of all. */
const metricsAsGiven = (actual: readonly string[], given: string[] = []) => given.includes('ALL') && actual.length === shardMetrics ? given : [...actual]

/** Streams that exist already: for drift detection, import and Cloud Control. */
export const standingStreams = {
  identifier: 'Name',
  tags: async ({ aws }: ResourceContext, StreamName: string) => tagsFromList((await aws.kinesis.ListTagsForStream({ StreamName })).Tags),
  async read({ aws }: ResourceContext, StreamName: string, known: Known<any>) {
    const found = await aws.kinesis.DescribeStreamSummary({ StreamName }).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
    })
    if (!found) return undefined
    const { RetentionPeriodHours, OpenShardCount, StreamModeDetails, KeyId, MaxRecordSizeInKiB, EnhancedMonitoring } = found.StreamDescriptionSummary!
    const StreamMode = StreamModeDetails?.StreamMode ?? 'PROVISIONED'
    return {
      Name: StreamName, RetentionPeriodHours, StreamModeDetails: { StreamMode }, ...StreamMode === 'PROVISIONED' && { ShardCount: OpenShardCount },
      MaxRecordSizeInKiB, DesiredShardLevelMetrics: metricsAsGiven(EnhancedMonitoring?.[0]?.ShardLevelMetrics ?? [], known.DesiredShardLevelMetrics),
      StreamEncryption: KeyId === undefined ? undefined : { EncryptionType: 'KMS' as const, KeyId },
    }
  },
  attributes: async (
    { partition, region, account }: ResourceContext, name: string
  ) => ({ Arn: `arn:${partition}:kinesis:${region}:${account}:stream/${name}` }),
  async list({ aws }: ResourceContext) {
    const names: string[] = []
    for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
      const page = await aws.kinesis.ListStreams({ ...NextToken !== undefined && { NextToken } })
      names.push(...page.StreamNames ?? [])
      NextToken = page.NextToken
    }
    return names
  },
}

/** Consumers of streams that exist already. */
export const standingConsumers = {
  identifier: 'ConsumerARN',
  async read({ aws }: ResourceContext, ConsumerARN: string) {
    const found = await unlessGone(aws.kinesis.DescribeStreamConsumer({ ConsumerARN }), 'ResourceNotFoundException')
    return found && { ConsumerName: found.ConsumerDescription!.ConsumerName, StreamARN: found.ConsumerDescription!.StreamARN }
  },
  tags: async ({ aws }: ResourceContext, ResourceARN: string) => tagsFromList((await aws.kinesis.ListTagsForResource({ ResourceARN })).Tags),
  async attributes({ aws }: ResourceContext, ConsumerARN: string) {
    const { ConsumerDescription: found } = await aws.kinesis.DescribeStreamConsumer({ ConsumerARN })
    const { ConsumerStatus, ConsumerName, StreamARN } = found!
    return { ConsumerARN, ConsumerStatus, ConsumerName, StreamARN, ConsumerCreationTimestamp: String(found!.ConsumerCreationTimestamp!.getTime() / 1000) }
  },
  /** Of one stream, where the model names it, or of all. */
  async list(resource: ResourceContext, { StreamARN }: Known<{ StreamARN: string }>) {
    const { partition, region, account, aws } = resource
    const streams = StreamARN === undefined
      ? (await standingStreams.list(resource)).map(name => `arn:${partition}:kinesis:${region}:${account}:stream/${name}`)
      : [StreamARN]
    const byStream = await Promise.all(streams.map(arn => allPages(async token => {
      const { Consumers, NextToken: next } = await aws.kinesis.ListStreamConsumers({ StreamARN: arn, ...token !== undefined && { NextToken: token } })
      return { items: Consumers?.map(consumer => consumer.ConsumerARN!), next }
    })))
    return byStream.flat()
  },
}

/** Policies of streams and consumers that exist already; the service answers an empty one where there is none. */
export const standingPolicies = {
  identifier: 'ResourceArn',
  async read({ aws }: ResourceContext, ResourceArn: string) {
    const found = await unlessGone(aws.kinesis.GetResourcePolicy({ ResourceARN: ResourceArn }), 'ResourceNotFoundException')
    const ResourcePolicy: object = JSON.parse(found?.Policy || '{}')
    return Object.keys(ResourcePolicy).length > 0 ? { ResourceArn, ResourcePolicy } : undefined
  },
}
