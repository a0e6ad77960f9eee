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
  await assert.rejects(logs.createLogGroup({ logGroupName: '/twice' }), {
    name: 'ResourceAlreadyExistsException', message: 'The specified log group already exists'
  })
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
  await assert.rejects(logs.putLogEvents({ logGroupName: '/refused', logStreamName: 'none', logEvents: [{ timestamp: now, message: 'x' }] }), {
    name: 'ResourceNotFoundException'
  })
})

test('FilterLogEvents: matching events of all streams, by time, page by page', async () => {
  await stream('/filter', 'a')
  await logs.createLogStream({ logGroupName: '/filter', logStreamName: 'b' })
  const now = cloud.clock.now()
  for (const [name, offset] of [['a', 0], ['b', 1]] as const) {
    await logs.putLogEvents({
      logGroupName: '/filter', logStreamName: name,
      logEvents: [0, 2, 4].map(n => ({ timestamp: now + n + offset, message: `${n === 2 ? 'INFO' : 'ERROR'} ${name}${n}` }))
    })
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
  await cloud.cloud.sinks.log({
    account: '000000000000', region: 'us-east-1', group: '/aws/lambda/f', stream: 'x', events: [{ timestamp: cloud.clock.now(), message: 'START' }]
  })
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

test('PutResourcePolicy: a service may write where a policy lets it, and nowhere else', async () => {
  const at = await stream('/dns')
  const principal = { type: 'service' as const, account: '000000000000', arn: 'route53.amazonaws.com', userId: 'route53.amazonaws.com' }
  const write = () => cloud.cloud.platform.aws({ principal, account: '000000000000', region: 'us-east-1' }).logs.PutLogEvents({
    ...at, logEvents: [{ timestamp: cloud.clock.now(), message: 'x' }]
  })
  await assert.rejects(write(), { name: 'AccessDeniedException' })
  const Resource = 'arn:aws:logs:us-east-1:000000000000:log-group:/dns:*'
  const policyDocument = JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'route53.amazonaws.com' }, Action: 'logs:PutLogEvents', Resource }]
  })
  await logs.putResourcePolicy({ policyName: 'dns', policyDocument })
  await write()
  await assert.rejects(logs.putResourcePolicy({ policyName: 'bad', policyDocument: '{}' }), { name: 'InvalidParameterException' })
  await logs.deleteResourcePolicy({ policyName: 'dns' })
  await assert.rejects(write(), { name: 'AccessDeniedException' })
})

test('CreateLogGroup: the delivery class keeps a day and is not queried', async () => {
  await logs.createLogGroup({ logGroupName: '/delivery', logGroupClass: 'DELIVERY' })
  assert.equal((await logs.describeLogGroups({ logGroupNamePrefix: '/delivery' })).logGroups![0]!.retentionInDays, 1)
  await assert.rejects(logs.putRetentionPolicy({ logGroupName: '/delivery', retentionInDays: 7 }), { name: 'ValidationException' })
  await assert.rejects(logs.startQuery({ logGroupName: '/delivery', queryString: '', startTime: 0, endTime: 1 }), { name: 'InvalidParameterException' })
})

test('DescribeLogStreams: by name and by last event, up and down, page by page', async () => {
  await logs.createLogGroup({ logGroupName: '/order' })
  const lastEvents: [string, number][] = [['a', 3], ['b', 1], ['c', 2]]
  for (const [logStreamName, offset] of lastEvents) {
    await logs.createLogStream({ logGroupName: '/order', logStreamName })
    await logs.putLogEvents({ logGroupName: '/order', logStreamName, logEvents: [{ timestamp: cloud.clock.now() + offset, message: 'x' }] })
  }
  const names = async (input: object) => {
    const found: string[] = []
    let nextToken: string | undefined
    do {
      const page: any = await logs.describeLogStreams({ logGroupName: '/order', limit: 2, ...input, ...nextToken && { nextToken } })
      found.push(...page.logStreams.map((one: any) => one.logStreamName))
      nextToken = page.nextToken
    } while (nextToken)
    return found.join('')
  }
  assert.equal(await names({}), 'abc')
  assert.equal(await names({ descending: true }), 'cba')
  assert.equal(await names({ orderBy: 'LastEventTime' }), 'bca')
  assert.equal(await names({ orderBy: 'LastEventTime', descending: true }), 'acb')
  await assert.rejects(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }), {
    name: 'InvalidParameterException', message: 'Cannot order by LastEventTime with a logStreamNamePrefix.'
  })
})

test('an operation that is not built answers 501 with its name', async () => {
  await assert.rejects(
    logs.describeExportTasks({}), (error: any) => error.$metadata.httpStatusCode === 501 && /DescribeExportTasks of logs/.test(error.message)
  )
})
