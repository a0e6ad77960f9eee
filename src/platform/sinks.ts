import type { LogLines, MetricDatum, Segment, Sinks, UsageRecord } from '../contracts/sinks.ts'
import type { Logger } from './logging.ts'
import type { UsageMeter } from './usage.ts'

/** Where services report to. Usage goes to the meter; a sink that nobody owns yet counts what it is given, and keeps the latest segments for those who look. */
export interface SinkBoard extends Sinks {
  /** Gives a sink to the service that owns it, which is loaded at the first record. */
  own<K extends keyof Sinks>(name: K, load: () => Promise<Sinks[K]>): void
  /** The latest trace segments, oldest first. */
  segments(): Segment[]
  /** Sums of usage since the start, by account, region, service, usage type, operation and resource. */
  usageTotals(): UsageRecord[]
  readonly dropped: { logLines: number, metrics: number }
}

const segmentsMax = 1000

export function createSinks(meter: UsageMeter, log: Logger): SinkBoard {
  const owned: Partial<Sinks> = {}
  const ring: Segment[] = []
  let next = 0
  const dropped = { logLines: 0, metrics: 0 }
  return {
    dropped,
    own(name, load) {
      let loading: Promise<void> | undefined
      const take = async (record: any): Promise<void> => {
        loading ??= load().then(sink => void (owned[name] = sink), error => {
          loading = undefined
          throw error
        })
        await loading
        await (owned[name] as (record: any) => unknown)(record)
      }
      const takeOrSay = (record: any) => void take(record).catch(error => log.error('a record is lost', { sink: name, error }))
      // Records that come while the service is loaded wait in their order. Who hands in lines of a log waits, and hears of a failure.
      owned[name] = (name === 'log' ? take : takeOrSay) as Sinks[typeof name]
    },
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
