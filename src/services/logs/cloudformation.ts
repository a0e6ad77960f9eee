import type { ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, userTags } from '../../platform/tags.ts'
import { standingLogGroups } from './cloudformation-standing.ts'
import { logStream, metricFilter, queryDefinition, resourcePolicy, subscriptionFilter } from './cloudformation-filters.ts'

interface LogGroupProperties {
  LogGroupName?: string
  RetentionInDays?: number
  LogGroupClass?: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY'
  DeletionProtectionEnabled?: boolean
  Tags?: { Key: string, Value: string }[]
}

const logGroup: ResourceType<LogGroupProperties> = {
  ...standingLogGroups,
  properties: { LogGroupName: 'optional', RetentionInDays: 'optional', LogGroupClass: 'optional', DeletionProtectionEnabled: 'optional', Tags: 'optional' },
  createOnly: ['LogGroupName', 'LogGroupClass'],
  async create({ aws, tags, generatedName, partition, region, account }, properties) {
    const logGroupName = properties.LogGroupName ?? generatedName(512)
    const given = userTags({ ...tags, ...tagsFromList(properties.Tags) })
    await aws.logs.CreateLogGroup({
      logGroupName, ...Object.keys(given).length > 0 && { tags: given }, ...properties.LogGroupClass && { logGroupClass: properties.LogGroupClass },
      ...properties.DeletionProtectionEnabled && { deletionProtectionEnabled: true },
    })
    if (properties.RetentionInDays !== undefined) await aws.logs.PutRetentionPolicy({ logGroupName, retentionInDays: Number(properties.RetentionInDays) })
    return { id: logGroupName, attributes: { Arn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:*` } }
  },
  async update({ aws, partition, region, account }, id, properties, previous) {
    if (properties.RetentionInDays === undefined) await aws.logs.DeleteRetentionPolicy({ logGroupName: id })
    else await aws.logs.PutRetentionPolicy({ logGroupName: id, retentionInDays: Number(properties.RetentionInDays) })
    const protection = Boolean(properties.DeletionProtectionEnabled)
    if (protection !== Boolean(previous.DeletionProtectionEnabled)) {
      await aws.logs.PutLogGroupDeletionProtection({ logGroupIdentifier: id, deletionProtectionEnabled: protection })
    }
    const arn = `arn:${partition}:logs:${region}:${account}:log-group:${id}`
    const gone = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tagsFromList(properties.Tags)))
    if (gone.length > 0) await aws.logs.UntagResource({ resourceArn: arn, tagKeys: gone })
    if (properties.Tags?.length) await aws.logs.TagResource({ resourceArn: arn, tags: tagsFromList(properties.Tags) })
    return { id, attributes: { Arn: `${arn}:*` } }
  },
  async delete({ aws }, id) {
    await aws.logs.DeleteLogGroup({ logGroupName: id }).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
    })
  },
}


export const resourceTypes = {
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::LogStream': logStream,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::Logs::QueryDefinition': queryDefinition,
  'AWS::Logs::ResourcePolicy': resourcePolicy,
  'AWS::Logs::SubscriptionFilter': subscriptionFilter,
}
