import { setImmediate as turn } from 'node:timers/promises'
import { nextNumber } from '../sequence.ts'
import type { LiveQueue, Message, Sqs } from '../state.ts'

const pageRows = 500
/** So many pages are counted before the queue is used; what is left, meanwhile. */
const pagesAtOnce = 40

/**
 * Counts the messages of a queue whose number was lost in a crash. Resolves when they are counted, or when there are so many that the rest
 * is counted later.
 */
export async function countMessages(sqs: Sqs, queue: LiveQueue): Promise<void> {
  queue.isCounting = true
  const counting = pages(sqs, queue)
  for (let page = 0; page < pagesAtOnce; page++) {
    if ((await counting.next()).done) {
      queue.isCounting = false
      return
    }
  }
  const rest = countRest(sqs, queue, counting)
  sqs.state.work.add(rest)
  void rest.finally(() => sqs.state.work.delete(rest))
}

async function countRest(sqs: Sqs, queue: LiveQueue, counting: AsyncGenerator<void>): Promise<void> {
  // Requests come between two pages.
  do await turn()
  while (!queue.isGone && !sqs.state.closed && !(await counting.next()).done)
  if (!sqs.state.closed) queue.isCounting = false
}

/** Adds the messages of page after page. Those that were sent since it began are counted by their senders. */
async function * pages(sqs: Sqs, queue: LiveQueue): AsyncGenerator<void> {
  const q = queue.row.data
  const end = nextNumber(sqs)
  const add = (rows: readonly { seq: number }[]) => {
    // A purge in between has begun anew.
    if (queue.row.data !== q) return false
    queue.messages += rows.filter(({ seq }) => seq < end).length
    return true
  }
  const { arrivals, taken, ready } = sqs.tables
  if (queue.settings.fifo) return yield * each(after => arrivals.list({ prefix: [q], limit: pageRows, ...after && { after: [q, after.seq] } }), add)
  yield * each(after => taken.list({ prefix: [q], limit: pageRows, ...after && { after: [q, after.seq] } }), add)
  yield * each<Message>(after => ready.list({ prefix: [q], limit: pageRows, ...after && { after: [q, after.at, after.seq] } }), add)
}

async function * each<Row extends { seq: number }>(list: (after: Row | undefined) => Promise<Row[]>,
  add: (rows: readonly { seq: number }[]) => boolean): AsyncGenerator<void> {
  for (let last: Row | undefined; ;) {
    const rows = await list(last)
    if (!add(rows) || rows.length < pageRows) return
    last = rows.at(-1)
    yield
  }
}
