import { eventOverheadBytes, expiredBefore, type GroupRow, type Logs, type Query } from '../state.ts'
import type { Command } from './language/query.ts'
import { QueryRecord } from './language/record.ts'
import { createPipeline } from './language/run.ts'

/** Records between two turns of the event loop, so that a long query holds up nobody. */
const recordsPerTurn = 500
const heldMax = 1_000_000
const runMsMax = 60 * 60_000

/** Runs a query over the events of its groups between two times, both included; its results and statistics go into `query`. */
export async function execute(
  logs: Logs, query: Query, plan: { groups: GroupRow[], commands: Command[], start: number, end: number, limit: number }
): Promise<void> {
  const pipeline = createPipeline(plan.commands, logs.account, plan.limit)
  const { statistics } = query
  try {
    for (const group of plan.groups) {
      statistics.logGroupsScanned++
      const start = Math.max(plan.start, expiredBefore(logs, group))
      for (const stream of await logs.tables.streams.list({ prefix: [group.name] })) {
        if (stream.lastEventAt === undefined || stream.lastEventAt < start || stream.firstEventAt! > plan.end) continue
        const range = { prefix: [group.name, stream.name], from: [group.name, stream.name, start], before: [group.name, stream.name, plan.end + 1] }
        for await (const event of logs.tables.events.each(range)) {
          pipeline.add(new QueryRecord(event, logs.account))
          statistics.bytesScanned += Buffer.byteLength(event.message) + eventOverheadBytes
          if (++statistics.recordsScanned % recordsPerTurn !== 0) continue
          await new Promise(resolve => setImmediate(resolve))
          if (query.status !== 'Running') return
          if (pipeline.held > heldMax) throw new Error(`The query holds more than ${heldMax} records.`)
          if (logs.now() - query.createdAt > runMsMax) {
            query.status = 'Timeout'
            return
          }
        }
      }
    }
    if (query.status !== 'Running') return
    const { rows, matched } = pipeline.finish()
    query.results = rows
    statistics.recordsMatched = matched
    query.status = 'Complete'
  } catch (error) {
    query.status = 'Failed'
    logs.log.warn('a query of logs failed', { query: query.id, error })
  } finally {
    query.durationMs = logs.now() - query.createdAt
    const { account, region } = logs
    logs.sinks.usage({
      account, region, service: 'AmazonCloudWatch', usageType: 'DataScanned-Bytes', operation: 'StartQuery', quantity: statistics.bytesScanned, unit: 'Bytes',
      at: logs.now()
    })
  }
}
