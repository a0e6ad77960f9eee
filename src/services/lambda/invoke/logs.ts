import type { Lambda, LogWriter } from '../state.ts'

interface Batch { lambda: Lambda, group: string, stream: string, events: { timestamp: number, message: string }[] }

const batchLinesMax = 1000
/** Lines of one stream that may wait while the sink is slow; what comes on top is dropped, so that a function that prints without end fills no memory. */
const waitingLinesMax = 50_000

/** Lines are written some milliseconds after they came: not in the way of the answer that their function just gave, and those of many invocations at once. */
const collectMs = 20

export function logWriter(): LogWriter {
  const batches = new Map<string, Batch>()
  let sending: Promise<void> | undefined
  let hurry = (): void => {}
  const send = async () => {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, collectMs)
      hurry = () => {
        clearTimeout(timer)
        setImmediate(resolve)
      }
    })
    while (batches.size > 0) {
      const [stream, batch] = batches.entries().next().value!
      const events = batch.events.splice(0, batchLinesMax)
      if (batch.events.length === 0) batches.delete(stream)
      const { account, region, sinks, log } = batch.lambda
      await sinks.log({ account, region, group: batch.group, stream: batch.stream, events })
        .catch((error: Error) => log.warn('Log lines of a function were lost', { group: batch.group, error: error.message }))
    }
    sending = undefined
  }
  return {
    line(lambda, group, stream, timestamp, message) {
      // A stream is one environment's, with a random name.
      let batch = batches.get(stream)
      if (!batch) batches.set(stream, batch = { lambda, group, stream, events: [] })
      if (batch.events.length < waitingLinesMax) batch.events.push({ timestamp, message })
      sending ??= send()
    },
    flush: async () => {
      hurry()
      await sending
    },
  }
}
