import type { Aws } from '../../../contracts/aws.ts'
import type { Lambda, Mappings } from '../state.ts'
import { filtersToPoll } from './criteria.ts'
import { activity, rest, type Activity, type Rest } from './rest.ts'
import type { MappingRow } from './rows.ts'
import { pollShards } from './shards.ts'
import { streamArnOf } from './source.ts'
import { pollQueue, type Poller } from './sqs.ts'

const retryAfterMs = 10_000
/** How long a session of the function's role is used for polling. */
const sessionMs = 15 * 60_000
const openMs = 5 * 60_000

interface Runner { row: MappingRow | undefined, rest: Rest, result: string, sourceArn: string, ended: Promise<void> }

/** The mappings of this process: one runner for each that is enabled, asleep until its source has something. */
export function mappings(cloud: Lambda): Mappings {
  const runners = new Map<string, Runner>()
  const results = new Map<string, string>()
  const working = activity()

  function stop(uuid: string): Promise<void> {
    const runner = runners.get(uuid)
    if (!runner) return Promise.resolve()
    runners.delete(uuid)
    runner.row = undefined
    runner.rest.wake()
    return runner.ended
  }

  return {
    apply(row) {
      const running = runners.get(row.uuid)
      if (!row.enabled) return void stop(row.uuid)
      if (running) {
        running.row = row
        return running.rest.wake()
      }
      const runner: Runner = {
        row, rest: rest(cloud.clock, working), result: 'No records processed', sourceArn: streamArnOf(row.sourceArn), ended: Promise.resolve(),
      }
      runners.set(row.uuid, runner)
      runner.ended = keepPolling(cloud.in({ account: row.account, region: row.region }), runner, working, result => results.set(row.uuid, result))
    },
    remove(uuid) {
      results.delete(uuid)
      void stop(uuid)
    },
    lastResult: uuid => results.get(uuid) ?? 'No records processed',
    wake(sourceArn) {
      for (const runner of runners.values()) if (runner.sourceArn === sourceArn) runner.rest.wake()
    },
    async away(end) {
      working.end()
      await end.finally(() => working.begin())
    },
    settle: () => working.settle(),
    async close() {
      await Promise.race([Promise.all([...runners.keys()].map(stop)), new Promise(resolve => setTimeout(resolve, 2000).unref())])
    },
  }
}

/** Polls until the mapping ends; a source that cannot be read is tried again after some seconds. */
async function keepPolling(lambda: Lambda, runner: Runner, working: Activity, report: (result: string) => void): Promise<void> {
  const { sourceArn } = runner
  const problem = (error: unknown) => {
    lambda.log.debug('an event source could not be read', { sourceArn, error: String(error) })
    report(`PROBLEM: ${(error as Error).message}`)
  }
  let isInterrupted = false
  const poller: Poller = {
    mapping: () => runner.row,
    isPolling: () => runner.row !== undefined && !isInterrupted,
    interrupt() { isInterrupted = true },
    newRest: () => rest(lambda.clock, working),
    filters: filtersOf(lambda, runner),
    aws: sessionOf(lambda, runner),
    report,
    spawn(work) {
      working.begin()
      void work().catch(problem).finally(() => working.end())
    },
  }
  working.begin()
  try {
    while (runner.row) {
      isInterrupted = false
      try {
        await (runner.row.kind === 'sqs' ? pollQueue : pollShards)(lambda, poller, runner.rest)
      } catch (error) {
        problem(error)
        if (runner.row) await runner.rest.sleep(lambda.now() + retryAfterMs)
      }
    }
  } finally {
    working.end()
  }
}

/** The filters of the mapping as it is now. Sealed ones are kept open for a while: a key that is disabled stops the polling by then. */
function filtersOf(lambda: Lambda, runner: Runner): Poller['filters'] {
  let held: { sealed: MappingRow['sealedFilters'], filters: readonly string[], untilMs: number } | undefined
  let last: readonly string[] = []
  return async () => {
    const { row } = runner
    // The polling is over; what is under way ends with the filters that it had.
    if (!row) return last
    if (!row.sealedFilters) return last = row.filters
    if (held?.sealed !== row.sealedFilters || held.untilMs <= lambda.now()) {
      held = { sealed: row.sealedFilters, filters: await filtersToPoll(lambda, row), untilMs: lambda.now() + openMs }
    }
    return last = held.filters
  }
}

/** Calls with the rights of the function's role, as AWS polls. */
function sessionOf(lambda: Lambda, runner: Runner): () => Promise<Aws> {
  let held: { aws: Aws, role: string, untilMs: number } | undefined
  return async () => {
    const { name, qualifier } = runner.row!.function
    const { row } = await lambda.state.cache.get(lambda, name, qualifier)
    if (held?.role !== row.role || held.untilMs < lambda.now()) {
      held = { aws: lambda.as({ role: row.role, sessionName: name.padEnd(2, '_') }), role: row.role, untilMs: lambda.now() + sessionMs }
    }
    return held.aws
  }
}
