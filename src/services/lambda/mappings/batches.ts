import { syncPayloadBytesMax, type Lambda } from '../state.ts'
import { countEvents, measure } from '../metrics.ts'
import { sendFailure, type Failure } from './destination.ts'
import { invokeWith, itemFailures, type Handled } from './invocation.ts'
import type { Rest } from './rest.ts'
import type { CheckpointRow } from './rows.ts'
import type { Poller } from './sqs.ts'
import type { StreamRecord } from './streams.ts'

/** What the reading of one shard works with. The checkpoint is the one that was written last. */
export interface ShardWork {
  lambda: Lambda
  poller: Poller
  rest: Rest
  checkpoint: CheckpointRow
  passes: (record: any) => boolean
  filters: string
}

const backOffMsMax = 60_000
/** Records of DynamoDB's streams are gone after a day, so they are not tried for longer. */
const dynamoAgeMs = 24 * 3_600_000

/** Batches of at most so many records, whose events fit a synchronous invocation. */
export function * batchesOf(records: StreamRecord[], size: number): Generator<StreamRecord[]> {
  let batch: StreamRecord[] = []
  let bytes = 0
  for (const record of records) {
    const more = Buffer.byteLength(JSON.stringify(record.event)) + 1
    if (batch.length === size || (batch.length > 0 && bytes + more > syncPayloadBytesMax - 1024)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(record)
    bytes += more
  }
  if (batch.length > 0) yield batch
}

type EventOf = (batch: StreamRecord[]) => object

/**
 * Invokes with a batch until it is handled or given up: again with back-off where the function failed, from the first item that it reports
 * as failed, in halves where the mapping bisects. What is given up goes to the on-failure destination. False where the mapping ended.
 */
export async function processBatch(
  work: ShardWork, batch: StreamRecord[], failures: number, eventOf: EventOf, onResponse?: (response: any) => void
): Promise<boolean> {
  const { lambda, poller } = work
  let pending = batch
  let attempts = failures
  for (let tries = 0; pending.length > 0; tries++) {
    const mapping = poller.isPolling() ? poller.mapping() : undefined
    if (!mapping) return false
    pending = await dropOld(work, pending, attempts)
    if (pending.length === 0) break
    const handled = await invokeWith(lambda, mapping, eventOf(pending))
    if (handled.kind === 'done') onResponse?.(handled.response)
    const left = leftOver(mapping.reportsItemFailures, handled, pending)
    if (handled.kind === 'done') countEvents(lambda, mapping, 'FailedInvokeEventCount', left.length)
    poller.report(handled.kind === 'done' ? 'OK' : handled.kind === 'failed' ? 'PROBLEM: Function call failed' : 'PROBLEM: Function call was throttled')
    if (left.length === 0) return true
    if (handled.kind !== 'throttled') attempts++
    const isWhole = left.length === pending.length
    pending = left
    if (handled.kind !== 'throttled' && mapping.retries >= 0 && attempts > mapping.retries) {
      if (mapping.bisects && pending.length > 1) return bisect(work, pending, attempts - 1, eventOf, onResponse)
      await giveUp(work, pending, { condition: 'RetryAttemptsExhausted', attempts, handled })
      return true
    }
    if (mapping.bisects && isWhole && handled.kind === 'failed' && pending.length > 1) return bisect(work, pending, attempts - 1, eventOf, onResponse)
    await backOff(work, Math.min(1000 * 2 ** Math.min(tries, 10), backOffMsMax))
  }
  return true
}

/** Waits for the time, whatever arrives meanwhile, unless the mapping ends. */
async function backOff({ lambda, poller, rest }: ShardWork, ms: number): Promise<void> {
  const untilMs = lambda.now() + ms
  while (poller.isPolling() && lambda.now() < untilMs) await rest.sleep(untilMs)
}

/** Halves one after another; splitting counts as no retry. */
async function bisect(
  work: ShardWork, batch: StreamRecord[], attempts: number, eventOf: EventOf, onResponse: ((response: any) => void) | undefined
): Promise<boolean> {
  const middle = Math.ceil(batch.length / 2)
  return await processBatch(
    work, batch.slice(0, middle), attempts, eventOf, onResponse
  ) && processBatch(work, batch.slice(middle), attempts, eventOf, onResponse)
}

/** The records that are to be tried again: from the lowest that failed on. */
function leftOver(reportsItemFailures: boolean, handled: Handled, batch: StreamRecord[]): StreamRecord[] {
  if (handled.kind !== 'done') return batch
  if (!reportsItemFailures) return []
  const failed = itemFailures(handled.response, id => batch.some(record => record.sequence === id))
  if (failed === 'all') return batch
  const first = batch.findIndex(record => failed.includes(record.sequence))
  return first < 0 ? [] : batch.slice(first)
}

async function dropOld(work: ShardWork, batch: StreamRecord[], attempts: number): Promise<StreamRecord[]> {
  const { recordAgeSeconds, kind } = work.poller.mapping()!
  const maxMs = recordAgeSeconds >= 0 ? recordAgeSeconds * 1000 : kind === 'dynamodb' ? dynamoAgeMs : Infinity
  const old = batch.filter(record => work.lambda.now() - record.at > maxMs)
  if (old.length === 0) return batch
  await giveUp(work, old, { condition: 'RecordAgeExceeded', attempts })
  return batch.filter(record => !old.includes(record))
}

async function giveUp({ lambda, poller, checkpoint }: ShardWork, batch: StreamRecord[], failure: Failure): Promise<void> {
  const mapping = poller.mapping()
  countEvents(lambda, mapping, 'DroppedEventCount', batch.length)
  if (mapping?.onFailure === undefined) return
  try {
    await sendFailure(lambda, await poller.aws(), mapping, checkpoint.shard, batch, failure)
    countEvents(lambda, mapping, 'OnFailureDestinationDeliveredEventCount', batch.length)
  } catch (error) {
    measure(lambda, mapping.function, 'DestinationDeliveryFailures', 1)
    lambda.log.warn('records that were given up could not be sent to their destination', { destination: mapping.onFailure, error: String(error) })
  }
}
