import type { ResourceContext } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'

/** Streams that exist already: for drift detection, import and Cloud Control. */
export const standingStreams = {
  identifier: 'Name',
  tags: async ({ aws }: ResourceContext, StreamName: string) => tagsFromList((await aws.kinesis.ListTagsForStream({ StreamName })).Tags),
  async read({ aws }: ResourceContext, StreamName: string) {
    const found = await aws.kinesis.DescribeStreamSummary({ StreamName }).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
    })
    if (!found) return undefined
    const { RetentionPeriodHours, OpenShardCount, StreamModeDetails, KeyId } = found.StreamDescriptionSummary!
    const StreamMode = StreamModeDetails?.StreamMode ?? 'PROVISIONED'
    return {
      Name: StreamName, RetentionPeriodHours, StreamModeDetails: { StreamMode }, ...StreamMode === 'PROVISIONED' && { ShardCount: OpenShardCount },
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
