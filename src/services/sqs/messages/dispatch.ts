import { setMaxListeners } from 'node:events'
import { liveQueue, movedInFlight } from '../queues/live.ts'
import { addressOfArn } from '../queues/address.ts'
import { inFlightMax, noSuchQueue, OverLimit, type LiveQueue, type Message, type Sqs, type Waiter } from '../state.ts'
import { takeOrdered } from './fifo.ts'
import { countBuried, scheduleSweep } from './retention.ts'
import { takeStandard } from './standard.ts'
import type { Taken } from './taking.ts'

/**
 * Receives messages: at once where there are some, else as soon as there are, until the time is over. Receivers of a queue are served in
 * the order of their arrival, many in one transaction, so that they do not take each other's messages. Throws OverLimit.
 */
export function receive(sqs: Sqs, queue: LiveQueue, ask: { max: number, visibilityMs: number, waitMs: number, attemptId?: string }): Promise<Message[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Message[]>()
  const until = ask.waitMs > 0 && !sqs.state.closing ? sqs.now() + ask.waitMs : undefined
  let stopWaiting = () => {}
  const waiter: Waiter = {
    max: ask.max, visibilityMs: ask.visibilityMs, until, attemptId: ask.attemptId, lookedAt: undefined,
    resolve: messages => { stopWaiting(); resolve(messages) }, reject: error => { stopWaiting(); reject(error) },
  }
  queue.waiters.push(waiter)
  const giveUp = () => {
    const at = queue.waiters.indexOf(waiter)
    // One that is being served at this moment gets what it is served.
    if (at < 0) return
    queue.waiters.splice(at, 1)
    waiter.resolve([])
  }
  if (until !== undefined) {
    if (sqs.signal.aborted) return Promise.resolve([])
    const cancel = sqs.clock.at(until, giveUp)
    // Calls from within the process share a signal that is never aborted.
    setMaxListeners(0, sqs.signal)
    sqs.signal.addEventListener('abort', giveUp)
    stopWaiting = () => {
      cancel()
      sqs.signal.removeEventListener('abort', giveUp)
    }
  }
  dispatch(sqs, queue)
  return promise
}

/**
 * Serves those who wait, all in one round. The next round may begin as soon as this one has read and written, while its commit is made durable;
 * those who come in between share it.
 */
export function dispatch(sqs: Sqs, queue: LiveQueue): void {
  if (queue.isDispatching || queue.isGone || sqs.state.closed) return
  // Nothing has come since those who wait were looked at.
  if (queue.waiters.every(({ lookedAt }) => lookedAt === queue.comings)) return
  const served = queue.waiters.splice(0)
  const room = inFlightMax - queue.inFlight.count(sqs.now())
  if (room <= 0) {
    refuse(queue, served)
    return armWake(sqs, queue)
  }
  queue.isDispatching = true
  const next = () => {
    queue.isDispatching = false
    dispatch(sqs, queue)
  }
  void serve(sqs, queue, served, room, () => void setImmediate(next))
}

async function serve(sqs: Sqs, queue: LiveQueue, served: Waiter[], room: number, written: () => void): Promise<void> {
  const { comings } = queue
  let dead: LiveQueue | undefined
  const take = queue.settings.fifo ? takeOrdered : takeStandard
  let isWritten = false
  const goOn = () => {
    if (!isWritten) written()
    isWritten = true
  }
  let taken: Taken
  try {
    dead = queue.settings.redrive && await deadLetterQueueOf(sqs, queue)
    taken = await sqs.transact(async inside => {
      const result = await take(inside, queue, served, room, dead)
      goOn()
      return result
    })
  } catch (error) {
    for (const waiter of served) waiter.reject(error)
    return goOn()
  }
  count(sqs, queue, taken, dead)
  const isGiven = taken.given.some(given => given.length > 0)
  const isToBeRepeated = taken.expired.length > 0 || taken.buried.length > 0 || queue.comings !== comings || (isGiven && !taken.exhausted)
  const unserved: Waiter[] = []
  served.forEach((waiter, at) => {
    const given = taken.given[at]!
    waiter.lookedAt = isToBeRepeated ? undefined : comings
    if (given.length > 0) waiter.resolve(given)
    else if (isToBeRepeated || isWaiting(sqs, waiter)) unserved.push(waiter)
    else waiter.resolve([])
  })
  queue.waiters.unshift(...unserved)
  if (queue.isGone) for (const waiter of queue.waiters.splice(0)) waiter.reject(noSuchQueue())
  else if (sqs.state.closed) for (const waiter of queue.waiters.splice(0)) waiter.resolve([])
  else dispatch(sqs, queue)
  armWake(sqs, queue)
}

const isWaiting = (sqs: Sqs, { until }: Waiter) => until !== undefined && until > sqs.now() && !sqs.state.closing

/** So many are in flight that no more may be. A long poll waits; a short one of a standard queue is told. */
function refuse(queue: LiveQueue, served: Waiter[]): void {
  const staying = served.filter(waiter => waiter.until !== undefined)
  for (const waiter of served) {
    if (waiter.until !== undefined) continue
    if (queue.settings.fifo) waiter.resolve([])
    else waiter.reject(new OverLimit(`Too many messages in flight: the quota of ${inFlightMax} is reached. Delete messages that have been processed.`))
  }
  queue.waiters.unshift(...staying)
}

export async function deadLetterQueueOf(sqs: Sqs, queue: LiveQueue): Promise<LiveQueue | undefined> {
  const address = addressOfArn(sqs, queue.settings.redrive!.arn)
  return address && await liveQueue(sqs, address)
}

function count(sqs: Sqs, queue: LiveQueue, taken: Taken, dead: LiveQueue | undefined): void {
  const now = sqs.now()
  for (const given of taken.given) for (const message of given) movedInFlight(queue, message, 0, message.at, now)
  queue.messages -= taken.expired.length + taken.buried.length
  if (dead && taken.buried.length > 0) {
    countBuried(sqs, dead, taken.buried)
    messagesAvailable(sqs, dead)
    notify(sqs, dead)
  }
  scheduleSweep(sqs, queue)
}

/** Messages have come, or have become visible: serves those who wait. */
export function messagesAvailable(sqs: Sqs, queue: LiveQueue): void {
  queue.comings++
  dispatch(sqs, queue)
  armWake(sqs, queue)
}

/** Tells other services of this process, after the commit where there is one, that there is something to receive. */
export function notify(inside: Sqs, queue: LiveQueue): void {
  inside.in({ account: queue.account }).notify('sqs.message.available', { queueArn: queue.arn })
}

/** Wakes the queue when the next message in flight or delayed becomes visible. */
export function armWake(sqs: Sqs, queue: LiveQueue): void {
  if (queue.isGone || sqs.state.closed) return
  const now = sqs.now()
  const at = Math.min(queue.inFlight.next(now) ?? Infinity, queue.delayed.next(now) ?? Infinity)
  if (at === Infinity || (queue.wake && queue.wake.at <= at && queue.wake.at > now)) return
  queue.wake?.cancel()
  const background = sqs.state.at({ account: queue.account, region: queue.region })
  queue.wake = { at, cancel: sqs.clock.at(at, () => {
    queue.wake = undefined
    messagesAvailable(background, queue)
    notify(background, queue)
    armWake(background, queue)
  }) }
}

/** A message was deleted or is due at another time: where another one can be received for that, those who wait are served. */
export function messagesFreed(sqs: Sqs, queue: LiveQueue, isOneVisible: boolean): void {
  if (!isOneVisible) return armWake(sqs, queue)
  messagesAvailable(sqs, queue)
  notify(sqs, queue)
}
