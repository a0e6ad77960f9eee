import { openSequence } from '../sequence.ts'
import { noSuchQueue, type LiveQueue, type Message, type QueueRow, type Sqs, type SqsState } from '../state.ts'
import { addressOf, queueArn, type Address } from './address.ts'
import { settingsOf } from './attributes.ts'
import { countMessages } from './counting.ts'
import { TimeCounts } from './time-counts.ts'

const keyOf = (sqs: Sqs, { account, name }: Address) => `${account}/${sqs.region}/${name}`

/** The queue of a URL, with what is known of it in memory. Throws QueueDoesNotExist. */
export async function queueAt(sqs: Sqs, url: string | undefined): Promise<LiveQueue> {
  const address = addressOf(sqs, url!)
  const queue = sqs.state.loaded.get(keyOf(sqs, address)) ?? await liveQueue(sqs, address)
  if (!queue) throw noSuchQueue()
  return queue
}

/** The queue, loaded where this is its first use since the start; undefined where there is none. */
export async function liveQueue(sqs: Sqs, address: Address): Promise<LiveQueue | undefined> {
  const { queues, loaded } = sqs.state
  const key = keyOf(sqs, address)
  const known = loaded.get(key) ?? queues.get(key)
  if (known) return known
  const loading = load(sqs.in({ account: address.account }), address)
  queues.set(key, loading)
  try {
    const queue = await loading
    if (queue && queues.get(key) === loading) loaded.set(key, queue)
    return queue
  } finally {
    if (queues.get(key) === loading) queues.delete(key)
  }
}

async function load(sqs: Sqs, address: Address): Promise<LiveQueue | undefined> {
  await openSequence(sqs)
  const now = sqs.now()
  const found = await sqs.transact(async inside => {
    const row = await inside.tables.queues.get(address.name)
    if (!row) return undefined
    const counted = await inside.tables.counts.get(row.data)
    // Gone while the queue is open: a crash leaves none, and the messages are counted.
    if (counted) await inside.tables.counts.delete(row.data)
    return { row, counted }
  })
  if (!found) return undefined
  const queue = newLiveQueue(sqs, found.row)
  await readFuture(sqs, queue, now)
  if (found.counted) queue.messages = found.counted.messages
  else await countMessages(sqs.state.at({ account: sqs.account, region: sqs.region }), queue)
  return queue
}

function newLiveQueue(sqs: Sqs, row: QueueRow): LiveQueue {
  return {
    account: sqs.account, region: sqs.region, arn: queueArn(sqs, { account: sqs.account, name: row.name }), row, settings: settingsOf(row),
      messages: 0, isCounting: false, inFlight: new TimeCounts(),
    delayed: new TimeCounts(), waiters: [], isDispatching: false, comings: 0, wake: undefined, sweep: undefined, tick: undefined, usedAt: sqs.now(),
      attempts: new Map(),
    groups: new Map(), noisy: new Map(), noisyFor: 0, isGone: false,
  }
}

/** What is in flight and what is delayed lies behind the present in the orders of time. */
async function readFuture(sqs: Sqs, queue: LiveQueue, now: number): Promise<void> {
  const q = queue.row.data
  if (queue.settings.fifo) {
    for await (const turn of sqs.tables.turns.each({ prefix: [q], from: [q, now + 1] })) {
      const group = await sqs.tables.groups.get(q, turn.group)
      for (const [, until] of group?.held ?? []) queue.inFlight.add(until, now)
    }
    if (queue.settings.delayMs === 0) return
    for await (const arrival of sqs.tables.arrivals.each({ prefix: [q], reverse: true })) {
      const message = await sqs.tables.ordered.get(q, arrival.group, arrival.seq)
      if (message && message.sentAt + queue.settings.delayMs <= now) return
      if (message?.receives === 0) queue.delayed.add(message.at, now)
    }
    return
  }
  for await (const held of sqs.tables.returns.each({ prefix: [q], from: [q, now + 1] })) {
    queue.inFlight.add(held.at, now)
    if (held.group !== undefined) countInGroup(queue, held.group, held.at, now)
  }
  for await (const message of sqs.tables.ready.each({ prefix: [q], from: [q, now + 1] })) queue.delayed.add(message.at, now)
}

export function countInGroup(queue: LiveQueue, group: string, at: number, now: number): void {
  let counts = queue.groups.get(group)
  if (!counts) queue.groups.set(group, counts = new TimeCounts())
  counts.add(at, now)
}

/** Counts a message that can be received at another time than before. */
export function movedInFlight(queue: LiveQueue, message: Pick<Message, 'group'>, from: number, to: number, now: number): void {
  queue.inFlight.remove(from, now)
  queue.inFlight.add(to, now)
  if (queue.settings.fifo || message.group === undefined) return
  queue.groups.get(message.group)?.remove(from, now)
  countInGroup(queue, message.group, to, now)
}

/** Puts an open queue's changed row to use. */
export function replaceRow(queue: LiveQueue, row: QueueRow): void {
  queue.row = row
  queue.settings = settingsOf(row)
}

/** Forgets a queue: its messages belong to nobody any more, and who waits for one is told. */
export function forget(sqs: Sqs, queue: LiveQueue): void {
  const key = keyOf(sqs, { account: queue.account, name: queue.row.name })
  queue.isGone = true
  sqs.state.loaded.delete(key)
  stopTimers(queue)
  for (const waiter of queue.waiters.splice(0)) waiter.reject(noSuchQueue())
}

export function stopTimers(queue: LiveQueue): void {
  queue.wake?.cancel()
  queue.sweep?.cancel()
  queue.tick?.()
  queue.wake = queue.sweep = queue.tick = undefined
}

/** The cloud is about to stop: long polls are answered, or it would wait for them. */
export function endPolls(state: SqsState): void {
  state.closing = true
  for (const queue of state.loaded.values()) for (const waiter of queue.waiters.splice(0)) waiter.resolve([])
}

/** Writes the counts of the queues that are open, for the next start. */
export async function close(sqs: Sqs): Promise<void> {
  endPolls(sqs.state)
  for (const queue of sqs.state.loaded.values()) stopTimers(queue)
  await Promise.allSettled(sqs.state.work)
  await sqs.transact(async inside => {
    for (const queue of sqs.state.loaded.values()) if (!queue.isCounting) await inside.tables.counts.put({ q: queue.row.data, messages: queue.messages })
  })
}
