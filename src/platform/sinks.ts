import type { LogLines, MetricDatum, Segment, Sinks, UsageRecord } from '../contracts/sinks.ts'
import type { UsageMeter } from './usage.ts'

/** Where services report to. Usage goes to the meter; a sink that nobody owns yet counts what it is given, and keeps the latest segments for those who look. */
export interface SinkBoard extends Sinks {
  /** Gives sinks to the service that owns them. */
  own(sinks: Partial<Sinks>): void
  /** The latest trace segments, oldest first. */
  segments(): Segment[]
  /** Sums of usage since the start, by account, region, service, usage type, operation and resource. */
  usageTotals(): UsageRecord[]
  readonly dropped: { logLines: number, metrics: number }
}

const segmentsMax = 1000

export function createSinks(meter: UsageMeter): SinkBoard {
  const owned: Partial<Sinks> = {}
  const ring: Segment[] = []
  let next = 0
  const dropped = { logLines: 0, metrics: 0 }
  return {
    dropped,
    own: sinks => void Object.assign(owned, sinks),
    segments: () => [...ring.slice(next), ...ring.slice(0, next)],
    usageTotals: () => meter.totals(),
    trace(segment) {
      if (ring.length < segmentsMax) ring.push(segment)
      else {
        ring[next] = segment
        next = (next + 1) % segmentsMax
      }
      owned.trace?.(segment)
    },
    usage: meter.record,
    metric(datum: MetricDatum) {
      if (owned.metric) owned.metric(datum)
      else dropped.metrics++
    },
    async log(lines: LogLines) {
      if (owned.log) await owned.log(lines)
      else dropped.logLines += lines.events.length
    },
  }
}
