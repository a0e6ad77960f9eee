import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { AwsError } from '../../platform/errors.ts'
import { service } from '../../platform/service.ts'
import { resourceTypes } from './cloudformation.ts'
import { appendEvents } from './events/append.ts'
import { FilterLogEvents } from './events/FilterLogEvents.ts'
import { GetLogEvents } from './events/GetLogEvents.ts'
import { PutLogEvents } from './events/PutLogEvents.ts'
import { CreateLogGroup } from './groups/CreateLogGroup.ts'
import { DeleteLogGroup } from './groups/DeleteLogGroup.ts'
import { DeleteRetentionPolicy } from './groups/DeleteRetentionPolicy.ts'
import { DescribeLogGroups } from './groups/DescribeLogGroups.ts'
import { deleteEvents, expire } from './groups/expiry.ts'
import { PutRetentionPolicy } from './groups/PutRetentionPolicy.ts'
import { groupArn, groupNameOf, tables, type Logs, type LogsState } from './state.ts'
import { CreateLogStream } from './streams/CreateLogStream.ts'
import { DeleteLogStream } from './streams/DeleteLogStream.ts'
import { DescribeLogStreams } from './streams/DescribeLogStreams.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'

interface NamesGroup { logGroupName?: string | undefined, logGroupIdentifier?: string | undefined, logStreamName?: string | undefined }

const namedGroup = (input: NamesGroup) => groupNameOf(input.logGroupIdentifier ?? input.logGroupName ?? '*')
const resourceTags = async (logs: Logs, input: NamesGroup) => (await logs.tables.groups.get(namedGroup(input)))?.tags
const group = { resource: (logs: Logs, input: NamesGroup) => `${groupArn(logs, namedGroup(input))}:*`, resourceTags }
const stream = { resource: (logs: Logs, input: NamesGroup) => `${groupArn(logs, input.logGroupName ?? '*')}:log-stream:${input.logStreamName ?? '*'}`, resourceTags }
const tagged = {
  resource: (_: Logs, input: { resourceArn: string | undefined }) => input.resourceArn ?? '*',
  resourceTags: (logs: Logs, input: { resourceArn: string | undefined }) => resourceTags(logs, { logGroupIdentifier: input.resourceArn }),
}

export const logs = service<CloudWatchLogs, Logs>({
  name: 'logs',
  billing: 'AmazonCloudWatch',
  tables,
  operations: {
    CreateLogGroup, CreateLogStream, DeleteLogGroup, DeleteLogStream, DeleteRetentionPolicy, DescribeLogGroups, DescribeLogStreams, FilterLogEvents, GetLogEvents,
    ListTagsForResource, PutLogEvents, PutRetentionPolicy, TagResource, UntagResource,
  },
  authorization: {
    CreateLogGroup: group, DeleteLogGroup: group, DescribeLogGroups: { resource: logs => `${groupArn(logs, '*')}` }, PutRetentionPolicy: group, DeleteRetentionPolicy: group,
    CreateLogStream: group, DeleteLogStream: stream, DescribeLogStreams: group, PutLogEvents: stream, GetLogEvents: stream, FilterLogEvents: group,
    TagResource: tagged, UntagResource: tagged, ListTagsForResource: tagged,
  },
  open: (): LogsState => ({ sequence: 0 }),
  tasks: { expire, deleteEvents },
  usage: call => call.operation === 'PutLogEvents'
    ? [{ usageType: 'DataProcessing-Bytes', quantity: call.input.logEvents.reduce((sum: number, event: { message: string }) => sum + Buffer.byteLength(event.message) + 26, 0), unit: 'Bytes' }]
    : [],
  sinks: {
    /** Lines of functions, stages and containers: the group and the stream are made where they are missing. */
    async log(at, { account, region, group, stream, events }) {
      const logs = at({ account, region })
      try {
        await logs.transact(async (inside: Logs) => {
          if (!await inside.tables.groups.get(group)) await CreateLogGroup(inside, { logGroupName: group })
          const row = await inside.tables.streams.get(group, stream) ?? { group, name: stream, createdAt: inside.now() }
          await appendEvents(inside, row, events)
        })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        logs.log.warn('log lines were refused', { group, stream, error: error.message })
      }
    },
  },
  resourceTypes,
})
