import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { startCloud, type TestCloud } from '../../../testing/index.ts'
import { logs as service } from '../service.ts'

let cloud: TestCloud
let logs: CloudWatchLogs
let from = 0
before(async () => {
  cloud = await startCloud({ services: [service] })
  logs = new CloudWatchLogs(cloud.client)
  from = cloud.clock.now()
  const requests = [
    { ms: 10, path: '/a', status: 200, user: { name: 'ann', ip: '10.0.0.1' } }, { ms: 20, path: '/b', status: 404, user: { name: 'bob', ip: '10.1.0.1' } },
    { ms: 30, path: '/a', status: 500, tags: ['x', 'y'] }, { ms: '40', path: '/a', status: 200 },
  ]
  await put('/json', requests.map(request => JSON.stringify(request)), 60_000)
  await put('/text', ['user=ann, method:GET, latency := 12', 'user=bob, method:PUT, latency := 7', '[ERROR] E42 it broke', 'plain'])
  await put('/aws/lambda/f', [
    'START RequestId: 11111111-2222-3333-4444-555555555555 Version: $LATEST', '2026-01-01T00:00:00.000Z\t11111111-2222-3333-4444-555555555555\tINFO\thello',
    'REPORT RequestId: 11111111-2222-3333-4444-555555555555\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit ' +
    'Duration: 100.25 ms\t',
  ])
})
after(async () => {
  logs.destroy()
  await cloud.stop()
})

async function put(logGroupName: string, messages: string[], apartMs = 1) {
  await logs.createLogGroup({ logGroupName })
  await logs.createLogStream({ logGroupName, logStreamName: 's' })
  await logs.putLogEvents({ logGroupName, logStreamName: 's', logEvents: messages.map((message, at) => ({ timestamp: from + at * apartMs, message })) })
}

async function query(logGroupName: string, queryString: string, more: object = {}) {
  const { queryId } = await logs.startQuery({ logGroupName, queryString, startTime: from / 1000, endTime: from / 1000 + 3600, ...more })
  await cloud.settle()
  const answer = await logs.getQueryResults({ queryId })
  assert.equal(answer.status, 'Complete')
  const rows = answer.results!.map(row => Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field!, value!])))
  return { rows, statistics: answer.statistics!, results: answer.results! }
}
const rowsOf = async (group: string, text: string) => (await query(group, text)).rows

describe('StartQuery', () => {
  test('without commands shows the time and the message, the newest first', async () => {
    const { rows, statistics } = await query('/text', '')
    assert.deepEqual(rows[0], { '@timestamp': '2026-01-01 00:00:00.003', '@message': 'plain' })
    assert.equal(rows.length, 4)
    assert.deepEqual([statistics.recordsScanned, statistics.recordsMatched, statistics.logGroupsScanned], [4, 4, 1])
  })

  test('fields and filter: JSON by its paths, conditions, lists, patterns, functions', async () => {
    const ms = async (condition: string) => (await rowsOf('/json', `fields ms | filter ${condition} | sort ms asc`)).map(row => Number(row.ms))
    assert.deepEqual(await ms('status >= 400 and path = "/b"'), [20])
    assert.deepEqual(await ms('user.name in ["ann", "bob"]'), [10, 20])
    assert.deepEqual(await ms('not (status = 200)'), [20, 30])
    assert.deepEqual(await ms('user.name like /^(?i)AN/ or tags.1 = "y"'), [10, 30])
    assert.deepEqual(await ms('@message not like "name"'), [30, 40])
    assert.deepEqual(await ms('ispresent(user.ip) and isIpv4InSubnet(user.ip, "10.0.0.0/16")'), [10])
    assert.deepEqual(await ms('ms * 2 + 1 > 61 # a comment\n'), [40])
    assert.deepEqual(await ms('strlen(concat(path, "x")) = 3 and ms % 20 = 0'), [20, 40])
  })

  test('fields: names for what is computed, and what is computed names itself', async () => {
    const [row] = await rowsOf('/json', 'fields abs(ms - 100) as left, toupper(path), 2 ^ 3 ^ 2, coalesce(nothing, status) | filter status = 404')
    assert.deepEqual(row, { left: '80', 'toupper(path)': '/B', '2 ^ 3 ^ 2': '512', 'coalesce(nothing, status)': '404' })
  })

  test('stats: aggregates of groups and of all, arithmetic between them, sorted afterwards', async () => {
    assert.deepEqual(await rowsOf(
      '/json', 'stats count(*) as n, sum(ms), avg(ms), min(ms), max(ms), pct(ms, 50), count_distinct(path) by path | sort n desc',
    ), [
      {
        path: '/a', n: '3', 'sum(ms)': '80', 'avg(ms)': '26.666666666666668', 'min(ms)': '10', 'max(ms)': '40', 'pct(ms, 50)': '30',
        'count_distinct(path)': '1',
      },
      { path: '/b', n: '1', 'sum(ms)': '20', 'avg(ms)': '20', 'min(ms)': '20', 'max(ms)': '20', 'pct(ms, 50)': '20', 'count_distinct(path)': '1' },
    ])
    assert.deepEqual(
      await rowsOf('/json', 'stats max(ms) - min(ms) as span, latest(status), count(user.name)'),
      [{ span: '30', 'latest(status)': '200', 'count(user.name)': '2' }],
    )
    assert.deepEqual(await rowsOf('/json', 'filter status = 1 | stats count(*)'), [{ 'count(*)': '0' }])
    assert.deepEqual(
      await rowsOf('/json', 'stats count(*) as n by bin(2m) as at | sort at'),
      [{ at: '2026-01-01 00:00:00.000', n: '2' }, { at: '2026-01-01 00:02:00.000', n: '2' }],
    )
    assert.deepEqual(await rowsOf('/json', 'stats sum(ms) as total by path | filter total > 50 | stats count(*) as many'), [{ many: '1' }])
  })

  test('parse: globs and regular expressions make fields', async () => {
    const glob = 'parse @message "user=*, method:*, latency := *" as user, method, latency'
    assert.deepEqual(
      await rowsOf('/text', `${glob} | filter ispresent(user) | stats avg(latency) by method | sort method`),
      [{ method: 'GET', 'avg(latency)': '12' }, { method: 'PUT', 'avg(latency)': '7' }],
    )
    assert.deepEqual(
      await rowsOf('/text', 'parse /\\[(?<level>[A-Z]+)\\] (?<code>E\\d+)/ | filter level = "ERROR" | display code, level'),
      [{ code: 'E42', level: 'ERROR' }],
    )
    assert.deepEqual(await rowsOf('/text', `${glob} | filter latency < 10 | display user`), [{ user: 'bob' }])
  })

  test('sort, limit and dedup', async () => {
    assert.deepEqual(await rowsOf('/json', 'fields ms | sort path desc, ms desc | limit 2'), [{ ms: '20' }, { ms: '40' }])
    assert.deepEqual(await rowsOf('/json', 'fields ms, path | dedup path'), [{ ms: '40', path: '/a' }, { ms: '20', path: '/b' }])
    assert.deepEqual(await rowsOf('/json', 'fields ms | sort @timestamp asc | limit 1'), [{ ms: '10' }])
  })

  test('fields of functions: the report in numbers', async () => {
    assert.deepEqual(await rowsOf(
      '/aws/lambda/f',
      'filter @type = "REPORT" | stats max(@memorySize / 1000 / 1000) as mb, max(@maxMemoryUsed) as used, avg(@duration) as ms, max(@initDuration) as init',
    ),
      [{ mb: '128', used: '64000000', ms: '12.5', init: '100.25' }])
    assert.equal((await rowsOf('/aws/lambda/f', 'filter @requestId = "11111111-2222-3333-4444-555555555555"')).length, 3)
  })

  test('GetLogRecord finds an event by its pointer; GetLogGroupFields tells which fields there are', async () => {
    const { results } = await query('/json', 'filter status = 404')
    const logRecordPointer = results[0]!.find(({ field }) => field === '@ptr')!.value!
    const { logRecord } = await logs.getLogRecord({ logRecordPointer })
    assert.deepEqual([logRecord!['user.name'], logRecord!.status, logRecord!['@logStream'], logRecord!['@log']], ['bob', '404', 's', '000000000000:/json'])
    const { logGroupFields } = await logs.getLogGroupFields({ logGroupName: '/json', time: from / 1000 })
    assert.deepEqual(
      logGroupFields!.filter(({ name }) => ['@message', 'ms', 'user.name'].includes(name!)),
      [{ name: '@message', percent: 100 }, { name: 'ms', percent: 100 }, { name: 'user.name', percent: 50 }],
    )
  })

  test('what is no query is MalformedQueryException and says where', async () => {
    const refused = (queryString: string, message: RegExp) => assert.rejects(query('/json', queryString), { name: 'MalformedQueryException', message })
    await refused('field @message', /^unexpected symbol found field at line 1 and position 0$/)
    await refused('fields @message | filter', /end of query at line 1 and position 24/)
    await refused('fields a\n| sort by', /^unexpected symbol found by at line 2 and position 7$/)
    await refused('stats nothing(a)', /Invalid function: nothing/)
    await refused('filter @message like /(a+)+/', /Invalid regular expression/)
    await refused('filter @message like /^(a|aa)+$/', /Invalid regular expression/)
    await refused('parse @message "* *" as one', /needs a name for each value/)
    await refused('pattern @message', /pattern is not supported by Fogbank/)
    await assert.rejects(query('/none', ''), { name: 'ResourceNotFoundException' })
  })

  test('StopQuery, DescribeQueries and pages of results', async () => {
    const { queryId } = await logs.startQuery({ logGroupNames: ['/json', '/text'], queryString: 'fields @log', startTime: from, endTime: from + 3_600_000 })
    await cloud.settle()
    const first = await logs.getQueryResults({ queryId, maxItems: 5 })
    const second = await logs.getQueryResults({ queryId, maxItems: 5, nextToken: first.nextToken })
    assert.deepEqual([first.results!.length, second.results!.length, second.nextToken], [5, 3, undefined])
    await assert.rejects(logs.stopQuery({ queryId }), { name: 'InvalidParameterException' })
    await assert.rejects(logs.getQueryResults({ queryId: 'none' }), { name: 'ResourceNotFoundException' })
    const { queries } = await logs.describeQueries({ logGroupName: '/json', status: 'Complete', maxResults: 1 })
    assert.deepEqual(queries!.map(one => [one.queryId, one.queryString, one.status]), [[queryId, 'fields @log', 'Complete']])
  })
})
