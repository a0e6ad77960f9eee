import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { logs as service } from './service.ts'

let cloud: TestCloud
let logs: CloudWatchLogs
before(async () => {
  cloud = await startCloud({ services: [service] })
  logs = new CloudWatchLogs(cloud.client)
})
after(async () => {
  logs.destroy()
  await cloud.stop()
})

async function stream(group: string, name = 's') {
  await logs.createLogGroup({ logGroupName: group })
  await logs.createLogStream({ logGroupName: group, logStreamName: name })
  return { logGroupName: group, logStreamName: name }
}

test('CreateLogGroup: a second group of a name is ResourceAlreadyExistsException', async () => {
  await logs.createLogGroup({ logGroupName: '/twice', tags: { team: 'fog' } })
  await assert.rejects(logs.createLogGroup({ logGroupName: '/twice' }), { name: 'ResourceAlreadyExistsException', message: 'The specified log group already exists' })
  const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: '/twi' })
  assert.equal(logGroups![0]!.arn, 'arn:aws:logs:us-east-1:000000000000:log-group:/twice:*')
})

test('PutLogEvents: events come back in order of time, with forward and backward tokens', async () => {
  const at = await stream('/ordered')
  const now = cloud.clock.now()
  await logs.putLogEvents({ ...at, logEvents: [1, 2, 3, 4, 5].map(n => ({ timestamp: now + n, message: `line ${n}` })) })
  const first = await logs.getLogEvents({ ...at, startFromHead: true, limit: 2 })
  assert.deepEqual(first.events!.map(event => event.message), ['line 1', 'line 2'])
  const second = await logs.getLogEvents({ ...at, nextToken: first.nextForwardToken, limit: 2 })
  assert.deepEqual(second.events!.map(event => event.message), ['line 3', 'line 4'])
  const back = await logs.getLogEvents({ ...at, nextToken: second.nextBackwardToken, limit: 10 })
  assert.deepEqual(back.events!.map(event => event.message), ['line 1', 'line 2'])
  const latest = await logs.getLogEvents({ ...at, limit: 2 })
  assert.deepEqual(latest.events!.map(event => event.message), ['line 4', 'line 5'])
})

test('GetLogEvents: at the end of a stream the token stays the same', async () => {
  const at = await stream('/end')
  await logs.putLogEvents({ ...at, logEvents: [{ timestamp: cloud.clock.now(), message: 'only' }] })
  const { nextForwardToken } = await logs.getLogEvents({ ...at, startFromHead: true })
  const again = await logs.getLogEvents({ ...at, nextToken: nextForwardToken })
  assert.deepEqual(again.events, [])
  assert.equal(again.nextForwardToken, nextForwardToken)
})

test('PutLogEvents: what is out of order, too old or too new is refused or rejected', async () => {
  const at = await stream('/refused')
  const now = cloud.clock.now()
  await assert.rejects(logs.putLogEvents({ ...at, logEvents: [{ timestamp: now, message: 'b' }, { timestamp: now - 1, message: 'a' }] }),
    { name: 'InvalidParameterException', message: 'Log events in a single PutLogEvents request must be in chronological order.' })
  const late = await logs.putLogEvents({ ...at, logEvents: [{ timestamp: now - 15 * 86_400_000, message: 'late' }] })
  assert.equal(late.rejectedLogEventsInfo!.tooOldLogEventEndIndex, 1)
  const early = await logs.putLogEvents({ ...at, logEvents: [{ timestamp: now, message: 'ok' }, { timestamp: now + 3 * 3_600_000, message: 'early' }] })
  assert.equal(early.rejectedLogEventsInfo!.tooNewLogEventStartIndex, 1)
  await assert.rejects(logs.putLogEvents({ logGroupName: '/refused', logStreamName: 'none', logEvents: [{ timestamp: now, message: 'x' }] }), { name: 'ResourceNotFoundException' })
})

test('FilterLogEvents: matching events of all streams, by time, page by page', async () => {
  await stream('/filter', 'a')
  await logs.createLogStream({ logGroupName: '/filter', logStreamName: 'b' })
  const now = cloud.clock.now()
  for (const [name, offset] of [['a', 0], ['b', 1]] as const) {
    await logs.putLogEvents({ logGroupName: '/filter', logStreamName: name, logEvents: [0, 2, 4].map(n => ({ timestamp: now + n + offset, message: `${n === 2 ? 'INFO' : 'ERROR'} ${name}${n}` })) })
  }
  const first = await logs.filterLogEvents({ logGroupName: '/filter', filterPattern: 'ERROR', limit: 3 })
  const rest = await logs.filterLogEvents({ logGroupName: '/filter', filterPattern: 'ERROR', nextToken: first.nextToken })
  assert.deepEqual([...first.events!, ...rest.events!].map(event => event.message), ['ERROR a0', 'ERROR b0', 'ERROR a4', 'ERROR b4'])
})

test('PutRetentionPolicy: events go when their days are over, by the clock', async () => {
  const at = await stream('/kept')
  await logs.putLogEvents({ ...at, logEvents: [{ timestamp: cloud.clock.now(), message: 'old' }] })
  await logs.putRetentionPolicy({ logGroupName: '/kept', retentionInDays: 1 })
  await cloud.clock.advance(2 * 86_400_000)
  assert.deepEqual((await logs.getLogEvents({ ...at, startFromHead: true })).events, [])
  const rows = await cloud.cloud.platform.scope('logs', { account: '000000000000', region: 'us-east-1' }).tables.events!.list({ prefix: ['/kept'] })
  assert.equal(rows.length, 0)
})

test('the log sink creates the group and the stream that are missing', async () => {
  await cloud.cloud.sinks.log({ account: '000000000000', region: 'us-east-1', group: '/aws/lambda/f', stream: 'x', events: [{ timestamp: cloud.clock.now(), message: 'START' }] })
  const { events } = await logs.filterLogEvents({ logGroupName: '/aws/lambda/f' })
  assert.deepEqual(events!.map(event => event.message), ['START'])
})

test('DeleteLogGroup: the streams and events go with it', async () => {
  const at = await stream('/gone')
  await logs.putLogEvents({ ...at, logEvents: [{ timestamp: cloud.clock.now() - 1, message: 'x' }] })
  await logs.deleteLogGroup({ logGroupName: '/gone' })
  await cloud.settle()
  await assert.rejects(logs.getLogEvents(at), { name: 'ResourceNotFoundException', message: 'The specified log group does not exist.' })
})

test('an operation that is not built answers 501 with its name', async () => {
  await assert.rejects(logs.describeExportTasks({}), (error: any) => error.$metadata.httpStatusCode === 501 && /DescribeExportTasks of logs/.test(error.message))
})
