import type { StoredLogEvents } from '../../../contracts/events.ts'
import { eventOverheadBytes, type Logs } from '../state.ts'
import { tell } from '../live-tail/tails.ts'

const minuteMs = 60_000

/** After events were stored: live tails hear of them, metrics of the group and of its filters go out, and what was taken in is metered. */
export function afterStored(logs: Logs, stored: StoredLogEvents): void {
  const { account, region } = logs
  const { group, events, filters } = stored
  if (logs.state.tails.size > 0) tell(logs, stored)
  let bytes = 0
  for (const { message } of events) bytes += Buffer.byteLength(message) + eventOverheadBytes
  const at = stored.ingestionTime
  const datum = { account, region, namespace: 'AWS/Logs', dimensions: { LogGroupName: group }, at }
  logs.sinks.metric({ ...datum, name: 'IncomingBytes', value: bytes, unit: 'Bytes' })
  logs.sinks.metric({ ...datum, name: 'IncomingLogEvents', value: events.length, unit: 'None' })
  const usageType = stored.logGroupClass === 'INFREQUENT_ACCESS' ? 'DataProcessingIA-Bytes' : 'DataProcessing-Bytes'
  logs.sinks.usage({ account, region, service: 'AmazonCloudWatch', usageType, operation: 'PutLogEvents', quantity: bytes, unit: 'Bytes', at })
  for (const { name: filter, namespace, metric: name, unit, defaultValue, points } of filters) {
    for (const point of points) logs.sinks.metric({ account, region, namespace, name, unit, ...point })
    if (defaultValue === undefined) continue
    awaitMinute(logs, `${account} ${region} ${group} ${filter}`, points.length > 0, until =>
      logs.sinks.metric({ account, region, namespace, name, unit, dimensions: {}, value: defaultValue, at: until }))
  }
}

/** A minute in which events came in and none matched ends with the filter's default value. */
function awaitMinute(logs: Logs, key: string, matched: boolean, sendDefault: (until: number) => void): void {
  const { minutes } = logs.state
  const minute = minutes.get(key)
  if (minute) {
    minute.matched ||= matched
    return
  }
  const opened = { until: (Math.floor(logs.now() / minuteMs) + 1) * minuteMs, matched }
  minutes.set(key, opened)
  logs.clock.at(opened.until, () => {
    minutes.delete(key)
    if (!opened.matched) sendDefault(opened.until)
  })
}
