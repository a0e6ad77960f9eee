import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { service } from '../../platform/service.ts'
import { resourceTypes } from './cloudformation.ts'
import { FilterLogEvents } from './events/FilterLogEvents.ts'
import { GetLogEvents } from './events/GetLogEvents.ts'
import { PutLogEvents } from './events/PutLogEvents.ts'
import { afterStored } from './events/stored.ts'
import { takeIn } from './events/take-in.ts'
import { CreateLogGroup } from './groups/CreateLogGroup.ts'
import { DeleteLogGroup } from './groups/DeleteLogGroup.ts'
import { DeleteRetentionPolicy } from './groups/DeleteRetentionPolicy.ts'
import { DescribeLogGroups } from './groups/DescribeLogGroups.ts'
import { deleteEvents, expire } from './groups/expiry.ts'
import { ListLogGroups } from './groups/ListLogGroups.ts'
import { PutLogGroupDeletionProtection } from './groups/PutLogGroupDeletionProtection.ts'
import { PutRetentionPolicy } from './groups/PutRetentionPolicy.ts'
import { StartLiveTail } from './live-tail/StartLiveTail.ts'
import { DeleteMetricFilter } from './metric-filters/DeleteMetricFilter.ts'
import { DescribeMetricFilters } from './metric-filters/DescribeMetricFilters.ts'
import { PutMetricFilter } from './metric-filters/PutMetricFilter.ts'
import { TestMetricFilter } from './metric-filters/TestMetricFilter.ts'
import { DeleteResourcePolicy } from './policies/DeleteResourcePolicy.ts'
import { DescribeResourcePolicies } from './policies/DescribeResourcePolicies.ts'
import { policiesFor } from './policies/policy.ts'
import { PutResourcePolicy } from './policies/PutResourcePolicy.ts'
import { DeleteQueryDefinition } from './queries/DeleteQueryDefinition.ts'
import { DescribeQueries } from './queries/DescribeQueries.ts'
import { DescribeQueryDefinitions } from './queries/DescribeQueryDefinitions.ts'
import { GetLogGroupFields } from './queries/GetLogGroupFields.ts'
import { GetLogRecord } from './queries/GetLogRecord.ts'
import { GetQueryResults } from './queries/GetQueryResults.ts'
import { pointedAt } from './queries/language/record.ts'
import { PutQueryDefinition } from './queries/PutQueryDefinition.ts'
import { StartQuery } from './queries/StartQuery.ts'
import { StopQuery } from './queries/StopQuery.ts'
import { groupArn, groupNameOf, openState, tables, type Logs, type LogsState } from './state.ts'
import { CreateLogStream } from './streams/CreateLogStream.ts'
import { DeleteLogStream } from './streams/DeleteLogStream.ts'
import { DescribeLogStreams } from './streams/DescribeLogStreams.ts'
import { DeleteSubscriptionFilter } from './subscriptions/DeleteSubscriptionFilter.ts'
import { deliver } from './subscriptions/deliver.ts'
import { DescribeSubscriptionFilters } from './subscriptions/DescribeSubscriptionFilters.ts'
import { PutSubscriptionFilter } from './subscriptions/PutSubscriptionFilter.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { ListTagsLogGroup } from './tags/ListTagsLogGroup.ts'
import { TagLogGroup } from './tags/TagLogGroup.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagLogGroup } from './tags/UntagLogGroup.ts'
import { UntagResource } from './tags/UntagResource.ts'

interface NamesGroup { logGroupName?: string | undefined, logGroupIdentifier?: string | undefined, logStreamName?: string | undefined }

const namedGroup = (input: NamesGroup) => groupNameOf(input.logGroupIdentifier ?? input.logGroupName ?? '*')
const resourceTags = async (logs: Logs, input: NamesGroup) => (await logs.tables.groups.get(namedGroup(input)))?.tags
const group = { resource: (logs: Logs, input: NamesGroup) => `${groupArn(logs, namedGroup(input))}:*`, resourceTags, resourcePolicy: policiesFor }
const stream = {
  resource: (logs: Logs, input: NamesGroup) => `${groupArn(logs, input.logGroupName ?? '*')}:log-stream:${input.logStreamName ?? '*'}`, resourceTags,
  resourcePolicy: policiesFor
}
const tagged = {
  resource: (_: Logs, input: { resourceArn: string | undefined }) => input.resourceArn ?? '*',
  resourceTags: (logs: Logs, input: { resourceArn: string | undefined }) => resourceTags(logs, { logGroupIdentifier: input.resourceArn }),
}
const any = { resource: '*' as const }
const identified = (identifiers: (logs: Logs, input: any) => string[]) => ({
  resource: (logs: Logs, input: any) => identifiers(logs, input).map(identifier => `${groupArn(logs, groupNameOf(identifier))}:*`),
})

export const logs = service<CloudWatchLogs, Logs>({
  name: 'logs',
  billing: 'AmazonCloudWatch',
  tables,
  operations: {
    CreateLogGroup, CreateLogStream, DeleteLogGroup, DeleteLogStream, DeleteMetricFilter, DeleteQueryDefinition, DeleteResourcePolicy, DeleteRetentionPolicy,
    DeleteSubscriptionFilter, DescribeLogGroups, DescribeLogStreams, DescribeMetricFilters, DescribeQueries, DescribeQueryDefinitions,
    DescribeResourcePolicies, DescribeSubscriptionFilters, FilterLogEvents, GetLogEvents, GetLogGroupFields, GetLogRecord, GetQueryResults, ListLogGroups,
    ListTagsForResource, ListTagsLogGroup, PutLogEvents, PutLogGroupDeletionProtection, PutMetricFilter, PutQueryDefinition, PutResourcePolicy,
    PutRetentionPolicy, PutSubscriptionFilter, StartLiveTail, StartQuery, StopQuery, TagLogGroup, TagResource, TestMetricFilter, UntagLogGroup, UntagResource,
  },
  authorization: {
    CreateLogGroup: group, DeleteLogGroup: group, DescribeLogGroups: { resource: logs => `${groupArn(logs, '*')}` }, ListLogGroups: any,
    PutLogGroupDeletionProtection: group,
    PutRetentionPolicy: group, DeleteRetentionPolicy: group,
    CreateLogStream: group, DeleteLogStream: stream, DescribeLogStreams: group, PutLogEvents: stream, GetLogEvents: stream, FilterLogEvents: group,
    StartLiveTail: identified((_, input) => input.logGroupIdentifiers ?? []),
    PutSubscriptionFilter: group, DescribeSubscriptionFilters: group, DeleteSubscriptionFilter: group,
    PutMetricFilter: group, DescribeMetricFilters: group, DeleteMetricFilter: group, TestMetricFilter: any,
    PutResourcePolicy: any, DescribeResourcePolicies: any, DeleteResourcePolicy: any,
    PutQueryDefinition: any, DescribeQueryDefinitions: any, DeleteQueryDefinition: any,
    StartQuery: identified(
      (_, input) => [input.logGroupName, ...input.logGroupNames ?? [], ...input.logGroupIdentifiers ?? []].filter(name => name !== undefined)
    ),
    GetQueryResults: identified((logs, input) => logs.state.queries.get(input.queryId)?.groups ?? []), StopQuery: any, DescribeQueries: any,
    GetLogGroupFields: group,
    GetLogRecord: identified((_, input) => pointedAt(input.logRecordPointer ?? '')?.slice(0, 1).map(String) ?? []),
    TagResource: tagged, UntagResource: tagged, ListTagsForResource: tagged, TagLogGroup: group, UntagLogGroup: group, ListTagsLogGroup: group,
  },
  open: openState,
  closing(state: LogsState) {
    for (const tail of state.tails) tail.end()
    for (const query of state.queries.values()) if (query.status === 'Running') query.status = 'Cancelled'
  },
  settle: async (state: LogsState) => void await Promise.all(state.running),
  close: async (state: LogsState) => void await Promise.all(state.running),
  tasks: { deliver, expire, deleteEvents },
  notices: { 'logs.events.stored': afterStored },
  sinks: { log: (at, lines) => takeIn(at({ account: lines.account, region: lines.region }), lines) },
  resourceTypes,
})
