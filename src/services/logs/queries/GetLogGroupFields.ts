import type { GetLogGroupFieldsCommandInput, LogGroupField } from '@aws-sdk/client-cloudwatch-logs'
import { byTime } from '../events/by-time.ts'
import { groupOf, type Logs } from '../state.ts'
import { discover, QueryRecord } from './language/record.ts'

const quarterMs = 15 * 60_000
const sampleMax = 1000
const builtIn = ['@ingestionTime', '@log', '@logStream', '@message', '@ptr', '@timestamp']
const ofLambda = ['@billedDuration', '@duration', '@initDuration', '@maxMemoryUsed', '@memorySize', '@requestId', '@type']

/** The fields in a sample of a group's events, with the share of events that have each: of the last quarter of an hour, or around a time. */
export async function GetLogGroupFields(logs: Logs, input: GetLogGroupFieldsCommandInput): Promise<{ logGroupFields: LogGroupField[] }> {
  const group = await groupOf(logs, input)
  const time = input.time === undefined ? undefined : input.time * (input.time < 100_000_000_000 ? 1000 : 1)
  const [start, end] = time === undefined ? [logs.now() - quarterMs, logs.now()] : [time - quarterMs / 2, time + quarterMs / 2]
  const counts = new Map<string, number>()
  let sampled = 0
  for await (const event of byTime(logs, await logs.tables.streams.list({ prefix: [group.name] }), start, end)) {
    const record = new QueryRecord(event, logs.account)
    const names = [...builtIn, ...ofLambda.filter(name => record.get(name) !== undefined), ...Object.keys(discover(record.json))]
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
    if (++sampled === sampleMax) break
  }
  const fields = [...counts].map(([name, count]) => ({ name, percent: Math.round(count / sampled * 100) }))
  return { logGroupFields: fields.sort((a, b) => b.percent - a.percent || (a.name < b.name ? -1 : 1)) }
}
