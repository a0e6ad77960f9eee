import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Lambda } from '@aws-sdk/client-lambda'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { MetricDatum } from '../../contracts/sinks.ts'
import { AwsError } from '../../platform/errors.ts'
import { service, type Scope } from '../../platform/service.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { logs as logsService } from './service.ts'
import type { LogsState } from './state.ts'

const account = '000000000000'
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:${account}:function:${name}`

/** A Lambda that remembers its invocations, and answers as a test wants. */
const invoked: { name: string, type: string, by: string, payload: any }[] = []
let answer: (input: { FunctionName?: string | undefined }) => void = () => {}
const lambda = service<Lambda, Scope>({
  name: 'lambda', tables: {}, authorization: { Invoke: { resource: 'none' } },
  operations: {
    async Invoke(scope, input) {
      answer(input)
      const payload = input.Payload && JSON.parse(Buffer.from(input.Payload as Uint8Array).toString())
      invoked.push({ name: input.FunctionName!, type: input.InvocationType!, by: scope.principal.sourceArn ?? '', payload })
      return { StatusCode: 202 }
    },
  },
})
/** A CloudWatch that remembers points. */
const points: MetricDatum[] = []
const metrics = service<object, Scope>({
  name: 'metrics', tables: {}, operations: {}, authorization: {}, sinks: { metric: (_, datum) => void points.push(datum) }
})

let cloud: TestCloud
let logs: CloudWatchLogs
before(async () => {
  cloud = await startCloud({ services: [logsService, lambda, metrics] })
  logs = new CloudWatchLogs({ ...cloud.client, disableHostPrefix: true })
})
after(async () => {
  logs.destroy()
  await cloud.stop()
})

async function put(group: string, messages: string[], name = 's') {
  await logs.createLogStream({ logGroupName: group, logStreamName: name }).catch(() => {})
  await logs.putLogEvents({
    logGroupName: group, logStreamName: name, logEvents: messages.map((message, at) => ({ timestamp: cloud.clock.now() + at, message }))
  })
  await cloud.settle()
}
const decoded = (payload: any) => JSON.parse(gunzipSync(Buffer.from(payload.awslogs.data, 'base64')).toString())
const delivered = (name: string) => invoked.filter(one => one.name === arnOf(name) && one.type === 'Event').map(one => decoded(one.payload))

describe('subscription filters', () => {
  const base = (group: string, name: string) => ({ logGroupName: group, filterName: 'f', filterPattern: 'ERROR', destinationArn: arnOf(name) })

  test('PutSubscriptionFilter: matching events reach the function, zipped, as the group', async () => {
    await logs.createLogGroup({ logGroupName: '/sub' })
    await logs.putSubscriptionFilter(base('/sub', 'one'))
    await put('/sub', ['ERROR a', 'INFO b', 'ERROR c'])
    const [message] = delivered('one')
    assert.deepEqual({ ...message, logEvents: message.logEvents.map((event: any) => event.message) },
      { messageType: 'DATA_MESSAGE', owner: account, logGroup: '/sub', logStream: 's', subscriptionFilters: ['f'], logEvents: ['ERROR a', 'ERROR c'] })
    assert.match(message.logEvents[0].id, /^\d{56}$/)
    assert.equal(invoked.at(-1)!.by, `arn:aws:logs:us-east-1:${account}:log-group:/sub:*`)
    const { subscriptionFilters } = await logs.describeSubscriptionFilters({ logGroupName: '/sub' })
    assert.deepEqual(
      subscriptionFilters!.map(filter => [filter.filterName, filter.filterPattern, filter.destinationArn, filter.distribution]),
      [['f', 'ERROR', arnOf('one'), 'ByLogStream']]
    )
    await logs.deleteSubscriptionFilter({ logGroupName: '/sub', filterName: 'f' })
    await put('/sub', ['ERROR d'])
    assert.equal(delivered('one').length, 1)
    await assert.rejects(logs.deleteSubscriptionFilter({ logGroupName: '/sub', filterName: 'f' }), {
      name: 'ResourceNotFoundException', message: 'The specified subscription filter does not exist.'
    })
  })

  test('PutSubscriptionFilter: a function that CloudWatch Logs may not invoke is refused', async () => {
    await logs.createLogGroup({ logGroupName: '/denied' })
    answer = () => { throw new AwsError('AccessDeniedException', 'no', { status: 403 }) }
    await assert.rejects(logs.putSubscriptionFilter(base('/denied', 'two')), {
      name: 'InvalidParameterException',
      message: 'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
    })
    answer = () => {}
    for (const destinationArn of [`arn:aws:firehose:us-east-1:${account}:deliverystream/x`, `arn:aws:kinesis:us-east-1:${account}:stream/x`]) {
      await assert.rejects(logs.putSubscriptionFilter({ ...base('/denied', 'x'), destinationArn }), { name: 'InvalidParameterException' })
    }
    await assert.rejects(logs.putSubscriptionFilter(base('/none', 'two')), { name: 'ResourceNotFoundException' })
  })

  test('a throttled delivery is tried again and keeps its order; one that is refused is dropped', async () => {
    await logs.createLogGroup({ logGroupName: '/retry' })
    await logs.putSubscriptionFilter({ ...base('/retry', 'three'), filterPattern: '' })
    answer = () => { throw new AwsError('TooManyRequestsException', 'later', { status: 429 }) }
    await put('/retry', ['first'])
    await put('/retry', ['second'])
    answer = () => {}
    await cloud.clock.advance(10_000)
    assert.deepEqual(delivered('three').map(message => message.logEvents[0].message), ['first', 'second'])
    answer = () => { throw new AwsError('ResourceNotFoundException', 'gone', { status: 404 }) }
    await put('/retry', ['third'])
    answer = () => {}
    await cloud.clock.advance(3_600_000)
    assert.equal(delivered('three').length, 2)
  })

  test('PutSubscriptionFilter: a group has two at most, and the infrequent-access class none', async () => {
    await logs.createLogGroup({ logGroupName: '/two' })
    for (const name of ['a', 'b']) await logs.putSubscriptionFilter({ ...base('/two', 'x'), filterName: name })
    await assert.rejects(logs.putSubscriptionFilter({ ...base('/two', 'x'), filterName: 'c' }), {
      name: 'LimitExceededException', message: 'Resource limit exceeded.'
    })
    await logs.putSubscriptionFilter({ ...base('/two', 'y'), filterName: 'b' })
    await logs.createLogGroup({ logGroupName: '/rare', logGroupClass: 'INFREQUENT_ACCESS' })
    await assert.rejects(logs.putSubscriptionFilter(base('/rare', 'x')), { message: 'This operation is only supported on the Standard log class.' })
  })

  test('a batch that would not fit into one invocation is delivered in parts', async () => {
    await logs.createLogGroup({ logGroupName: '/big' })
    await logs.putSubscriptionFilter({ ...base('/big', 'big'), filterPattern: '' })
    const noise = (seed: number) =>
      Buffer.from(Array.from({ length: 150_000 }, (_, at) => 33 + (at * 7919 + seed * 104_729 + (at * at) % 8191) % 90)).toString('latin1')
    await put('/big', [1, 2, 3, 4, 5, 6].map(noise))
    const sizes = invoked.filter(one => one.name === arnOf('big') && one.type === 'Event').map(one => one.payload.awslogs.data.length)
    assert.ok(sizes.every(size => size <= 1_048_576))
    assert.equal(delivered('big').flatMap(message => message.logEvents).length, 6)
  })
})

describe('metric filters', () => {
  const named = (name: string) => points.filter(point => point.name === name).map(({ value, dimensions, unit }) => ({ value, dimensions, unit }))
  const filter = (group: string, filterPattern: string, transformation: object) => logs.putMetricFilter({
    logGroupName: group, filterName: 'f', filterPattern,
    metricTransformations: [{ metricNamespace: 'App', metricName: 'm', metricValue: '1', ...transformation }],
  })

  test('PutMetricFilter: values come out of JSON, with dimensions; what has no number makes no point', async () => {
    await logs.createLogGroup({ logGroupName: '/json' })
    await filter('/json', '{ $.latency = * }', { metricName: 'Latency', metricValue: '$.latency', unit: 'Milliseconds', dimensions: { Path: '$.path' } })
    await put('/json', ['{"latency":12.5,"path":"/a"}', '{"latency":"30"}', '{"latency":"soon","path":"/b"}', '{"other":1}', 'no json'])
    assert.deepEqual(named('Latency'), [{ value: 12.5, dimensions: { Path: '/a' }, unit: 'Milliseconds' }, { value: 30, dimensions: {}, unit: 'Milliseconds' }])
    assert.equal((await logs.describeLogGroups({ logGroupNamePrefix: '/json' })).logGroups![0]!.metricFilterCount, 1)
  })

  test('PutMetricFilter: values come out of fields between spaces', async () => {
    await logs.createLogGroup({ logGroupName: '/space' })
    await filter('/space', '[ip, ..., status=2*, size]', { metricName: 'Size', metricValue: '$size' })
    await put('/space', ['127.0.0.1 - frank "GET / HTTP/1.0" 200 1534', '127.0.0.1 - x "GET /" 404 2'])
    assert.deepEqual(named('Size'), [{ value: 1534, dimensions: {}, unit: 'None' }])
  })

  test('PutMetricFilter: a minute with events and no match ends with the default value, one with a match does not', async () => {
    await logs.createLogGroup({ logGroupName: '/default' })
    await filter('/default', 'ERROR', { metricName: 'Errors', defaultValue: 0 })
    await put('/default', ['fine'])
    await put('/default', ['fine still'])
    assert.deepEqual(named('Errors'), [])
    await cloud.clock.advance(60_000)
    assert.deepEqual(named('Errors').map(point => point.value), [0])
    await put('/default', ['fine'])
    await put('/default', ['ERROR', 'ERROR'])
    await cloud.clock.advance(120_000)
    assert.deepEqual(named('Errors').map(point => point.value), [0, 1, 1])
  })

  test('PutMetricFilter: what AWS refuses', async () => {
    await logs.createLogGroup({ logGroupName: '/wrong' })
    await assert.rejects(filter('/wrong', 'ERROR', { dimensions: { A: '$.a' } }), { message: 'The specified filter pattern does not support dimensions' })
    await assert.rejects(filter('/wrong', '{ $.a = * }', { dimensions: { A: '$.a' }, defaultValue: 0 }), {
      message: /dimensions and default value are mutually exclusive/
    })
    await assert.rejects(filter('/wrong', '{ $.a', {}), { name: 'InvalidParameterException' })
    await assert.rejects(filter('/wrong', 'x', { metricValue: 'many' }), { name: 'InvalidParameterException' })
    await assert.rejects(logs.deleteMetricFilter({ logGroupName: '/wrong', filterName: 'f' }), {
      name: 'ResourceNotFoundException', message: 'The specified metric filter does not exist.'
    })
  })

  test('DescribeMetricFilters: of a group page by page, and of all groups by metric', async () => {
    await logs.createLogGroup({ logGroupName: '/many' })
    for (const filterName of ['c', 'a', 'b']) {
      await logs.putMetricFilter({
        logGroupName: '/many', filterName, filterPattern: '', metricTransformations: [{ metricNamespace: 'Many', metricName: filterName, metricValue: '1' }]
      })
    }
    const first = await logs.describeMetricFilters({ logGroupName: '/many', limit: 2 })
    const rest = await logs.describeMetricFilters({ logGroupName: '/many', limit: 2, nextToken: first.nextToken })
    assert.deepEqual([...first.metricFilters!, ...rest.metricFilters!].map(one => one.filterName), ['a', 'b', 'c'])
    const byMetric = await logs.describeMetricFilters({ metricNamespace: 'Many', metricName: 'b' })
    assert.deepEqual(byMetric.metricFilters!.map(one => one.logGroupName), ['/many'])
  })

  test('TestMetricFilter: which messages match, and the values that the pattern names', async () => {
    const space = await logs.testMetricFilter({
      filterPattern: '[ip, user, ..., status=404, bytes]', logEventMessages: ['1.1.1.1 ann x y 404 12', '1.1.1.1 bob z 200 1']
    })
    assert.deepEqual(
      space.matches,
      [
        {
          eventNumber: 1, eventMessage: '1.1.1.1 ann x y 404 12',
          extractedValues: { $ip: '1.1.1.1', $user: 'ann', $3: 'x', $4: 'y', $status: '404', $bytes: '12' }
        }
      ]
    )
    const json = await logs.testMetricFilter({ filterPattern: '{ $.a.b > 3 }', logEventMessages: ['{"a":{"b":2}}', '{"a":{"b":4}}'] })
    assert.deepEqual(json.matches, [{ eventNumber: 2, eventMessage: '{"a":{"b":4}}', extractedValues: { '$.a.b': '4' } }])
    const all = await logs.testMetricFilter({ filterPattern: '[]', logEventMessages: ['x y'] })
    assert.deepEqual(all.matches![0]!.extractedValues, { $1: 'x', $2: 'y' })
  })

  test('what a group takes in is a metric of AWS/Logs and is metered', async () => {
    await logs.createLogGroup({ logGroupName: '/taken' })
    await put('/taken', ['12345', '1234567890'])
    const mine = points.filter(point => point.namespace === 'AWS/Logs' && point.dimensions.LogGroupName === '/taken')
    assert.deepEqual(mine.map(point => [point.name, point.value]), [['IncomingBytes', 15 + 2 * 26], ['IncomingLogEvents', 2]])
    assert.ok(cloud.usage().some(record => record.usageType === 'DataProcessing-Bytes'))
  })
})

describe('StartLiveTail', () => {
  const arn = (group: string) => `arn:aws:logs:us-east-1:${account}:log-group:${group}`
  const open = () => (cloud.cloud.platform.scope('logs', {}).state as LogsState).tails.size

  async function tail(input: object) {
    const client = new CloudWatchLogs({ ...cloud.client, disableHostPrefix: true })
    const { responseStream } = await client.startLiveTail(input as any)
    const events = responseStream![Symbol.asyncIterator]()
    return {
      next: async () => (await events.next()).value as any,
      async end() {
        const before = open()
        client.destroy()
        while (open() === before) await new Promise(resolve => setImmediate(resolve))
      },
    }
  }

  test('sends what comes in, each second, as the pattern says', async () => {
    await logs.createLogGroup({ logGroupName: '/tail' })
    const session = await tail({ logGroupIdentifiers: [arn('/tail')], logEventFilterPattern: 'ERROR' })
    const { sessionStart } = await session.next()
    assert.deepEqual([sessionStart.logGroupIdentifiers, sessionStart.logEventFilterPattern], [[arn('/tail')], 'ERROR'])
    await put('/tail', ['ERROR one', 'fine', 'ERROR two'])
    await cloud.clock.advance(1000)
    const { sessionUpdate } = await session.next()
    assert.equal(sessionUpdate.sessionMetadata.sampled, false)
    assert.deepEqual(
      sessionUpdate.sessionResults.map((one: any) => [one.message, one.logStreamName, one.logGroupIdentifier]),
      [['ERROR one', 's', arn('/tail')], ['ERROR two', 's', arn('/tail')]]
    )
    await put('/tail', Array.from({ length: 600 }, (_, at) => `ERROR ${at}`))
    await cloud.clock.advance(1000)
    const many = (await session.next()).sessionUpdate
    assert.deepEqual([many.sessionResults.length, many.sessionMetadata.sampled], [500, true])
    await session.end()
  })

  test('refuses names for ARNs, groups that are not there, streams of several groups, and a 16th session', async () => {
    await logs.createLogGroup({ logGroupName: '/tails' })
    const refused = (input: object, error: object) => assert.rejects(logs.startLiveTail(input as any), error)
    await refused({ logGroupIdentifiers: ['/tails'] }, { name: 'InvalidParameterException' })
    await refused({ logGroupIdentifiers: [arn('/none')] }, { name: 'ResourceNotFoundException' })
    await refused({ logGroupIdentifiers: [arn('/tails'), arn('/tail')], logStreamNames: ['s'] }, { name: 'InvalidParameterException' })
    const sessions = []
    for (let n = 0; n < 15; n++) sessions.push(await tail({ logGroupIdentifiers: [arn('/tails')] }))
    await refused({ logGroupIdentifiers: [arn('/tails')] }, { name: 'LimitExceededException' })
    for (const session of sessions) await session.end()
  })

  test('a session ends after three hours', async () => {
    const session = await tail({ logGroupIdentifiers: [arn('/tail')] })
    await session.next()
    await cloud.clock.advance(3 * 3_600_000)
    let ended: unknown
    const reading = (async () => { while (await session.next()); })().catch((error: unknown) => { ended = error })
    for (let steps = 0; steps < 100 && !ended; steps++) {
      await cloud.clock.advance(1000)
      await new Promise(resolve => setImmediate(resolve))
    }
    await reading
    assert.equal((ended as Error).name, 'SessionTimeoutException')
  })

  test('a cloud that stops ends the sessions that are open, without waiting for them', async () => {
    const other = await startCloud({ services: [logsService] })
    const client = new CloudWatchLogs({ ...other.client, disableHostPrefix: true })
    await client.createLogGroup({ logGroupName: '/tail' })
    const { responseStream } = await client.startLiveTail({ logGroupIdentifiers: [arn('/tail')] })
    const events = responseStream![Symbol.asyncIterator]()
    await events.next()
    const begun = performance.now()
    const last = events.next()
    await other.stop()
    assert.equal((await last).done, true)
    assert.ok(performance.now() - begun < 3000)
    client.destroy()
  })
})
