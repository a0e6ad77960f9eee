import { createHash } from 'node:crypto'
import { countEvents, measure } from '../metrics.ts'
import { batchesOf, processBatch, type ShardWork } from './batches.ts'
import type { StreamRecord } from './streams.ts'
import { processInWindows } from './windows.ts'

/** Hands records to the function, one lane for each group of keys, and writes the checkpoint; false where the mapping ended before that. */
export async function processRecords(work: ShardWork, records: StreamRecord[]): Promise<boolean> {
  const { lambda, poller, checkpoint } = work
  const { tumblingSeconds, parallelization } = poller.mapping()!
  const wanted = records.filter(record => work.passes(record.event))
  countEvents(lambda, poller.mapping(), 'PolledEventCount', records.length)
  countEvents(lambda, poller.mapping(), 'FilteredOutEventCount', records.length - wanted.length)
  if (tumblingSeconds > 0) {
    if (!await processInWindows(work, wanted)) return false
  } else {
    const lanes = Map.groupBy(wanted, record => parallelization === 1 ? 0 : laneOf(record.key, parallelization))
    const ended = await Promise.all([...lanes.values()].map(lane => processLane(work, lane)))
    if (ended.includes(false)) return false
  }
  const last = records.at(-1)!
  checkpoint.sequence = last.sequence
  await lambda.tables.checkpoints.put({ ...checkpoint })
  observeAge(work, last)
  return true
}

const laneOf = (key: string, lanes: number): number => createHash('md5').update(key).digest().readUInt32BE(0) % lanes

function observeAge({ lambda, poller }: ShardWork, last: StreamRecord): void {
  const of = poller.mapping()?.function
  if (of) measure(lambda, of, 'IteratorAge', lambda.now() - last.at, 'Milliseconds')
}

async function processLane(work: ShardWork, records: StreamRecord[]): Promise<boolean> {
  for (const batch of batchesOf(records, work.poller.mapping()?.batchSize ?? records.length)) {
    if (!await processBatch(work, batch, 0, batch => ({ Records: batch.map(record => record.event) }))) return false
  }
  return true
}
