import { processBatch, batchesOf, type ShardWork } from './batches.ts'
import { invokeWith } from './invocation.ts'
import type { StreamRecord } from './streams.ts'

const stateBytesMax = 1024 * 1024

/** When the tumbling window under way is over; undefined where there is none. */
export function windowEndMs({ checkpoint, poller }: ShardWork): number | undefined {
  const seconds = poller.mapping()?.tumblingSeconds ?? 0
  return checkpoint.window && seconds > 0 ? checkpoint.window.startMs + seconds * 1000 : undefined
}

/** Hands records to the function window by window, with the state that it returned before; false where the mapping ended. */
export async function processInWindows(work: ShardWork, records: StreamRecord[]): Promise<boolean> {
  const { checkpoint, poller } = work
  const lengthMs = poller.mapping()!.tumblingSeconds * 1000
  for (const [startMs, inWindow] of Map.groupBy(records, record => Math.floor(record.at / lengthMs) * lengthMs)) {
    if (checkpoint.window && checkpoint.window.startMs < startMs) await closeWindow(work)
    checkpoint.window ??= { startMs, state: {} }
    for (const batch of batchesOf(inWindow, poller.mapping()?.batchSize ?? inWindow.length)) {
      if (!await processBatch(work, batch, 0, pending => windowEvent(work, pending, false), response => keepState(work, response))) return false
      if (Buffer.byteLength(JSON.stringify(checkpoint.window.state)) > stateBytesMax) await closeWindow(work, true)
    }
  }
  return true
}

function keepState({ checkpoint }: ShardWork, response: any): void {
  if (checkpoint.window) checkpoint.window = { ...checkpoint.window, state: response?.state ?? {} }
}

/** The final invocation of a window, after which its state is forgotten. It is tried once: what the function makes of it is its own affair. */
export async function closeWindow(work: ShardWork, isEarly = false): Promise<void> {
  const { lambda, poller, checkpoint } = work
  const mapping = poller.mapping()
  if (!mapping) return
  await invokeWith(lambda, mapping, windowEvent(work, [], true, isEarly))
  delete checkpoint.window
  await lambda.tables.checkpoints.put({ ...checkpoint })
}

function windowEvent({ checkpoint, poller }: ShardWork, records: StreamRecord[], isFinal: boolean, isEarly = false): object {
  const { tumblingSeconds, sourceArn } = poller.mapping()!
  const { startMs, state } = checkpoint.window!
  const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
  return {
    Records: records.map(record => record.event), window: { start: time(startMs), end: time(startMs + tumblingSeconds * 1000) }, state: state ?? {},
    shardId: checkpoint.shard,
    eventSourceARN: sourceArn, isFinalInvokeForWindow: isFinal, isWindowTerminatedEarly: isEarly,
  }
}
