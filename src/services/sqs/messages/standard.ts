import { receiveMessagesMax, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { noisyGroups, quietFirst, windowOf } from './fairness.ts'
import { isDead, isExpired, moved, received, wanted, type Taken, type Want } from './taking.ts'

// A standard queue's messages lie in `ready` until they are received for the first time, whole, in the order of the time at which they can be;
// then in `taken`, with a row of `returns` in the order of the time at which they can be again. So a send writes one row that nobody else
// reads or writes, and a receive reads the beginning of two ranges, however many messages there are.

export const putStandard = (inside: Sqs, message: Message): Promise<void> => inside.tables.ready.put(message)

export async function removeStandard(inside: Sqs, message: Message): Promise<void> {
  const { q, seq, at } = message
  if (message.receives === 0) await inside.tables.ready.delete(q, at, seq)
  else {
    await inside.tables.taken.delete(q, seq)
    await inside.tables.returns.delete(q, at, seq)
  }
  if (message.body === undefined) await inside.tables.bodies.delete(q, seq)
}

/** Makes a message that was received be due at another time. */
export async function rescheduleStandard(inside: Sqs, message: Message, at: number): Promise<void> {
  const { q, seq, group } = message
  await inside.tables.returns.delete(q, message.at, seq)
  await inside.tables.returns.put({ q, at, seq, ...group !== undefined && { group } })
  await inside.tables.taken.put({ ...message, at })
}

/** Messages that can be received now, those first that have waited for longest; `room` at most. */
export async function takeStandard(inside: Sqs, queue: LiveQueue, wants: readonly Want[], room: number, dead: LiveQueue | undefined): Promise<Taken> {
  const now = inside.now()
  const limit = wanted(wants, room)
  const { candidates, exhausted } = await candidatesOf(inside, queue, now, limit)
  const taken: Taken = { given: wants.map(() => []), expired: [], buried: [], exhausted }
  let next = 0
  for (const message of candidates) {
    if (isExpired(queue, message, now)) {
      await removeStandard(inside, message)
      taken.expired.push(message)
    } else if (dead && isDead(queue, message)) {
      const copy = await moved(inside, message, dead, queue.arn)
      await removeStandard(inside, message)
      await putStandard(inside, copy)
      taken.buried.push(copy)
    } else {
      while (taken.given[next]!.length >= wants[next]!.max) next++
      const given = received(message, wants[next]!, now)
      if (message.receives === 0) {
        await inside.tables.ready.delete(message.q, message.at, message.seq)
        await inside.tables.returns.put({ q: given.q, at: given.at, seq: given.seq, ...given.group !== undefined && { group: given.group } })
        await inside.tables.taken.put(given)
      } else {
        await rescheduleStandard(inside, { ...given, at: message.at }, given.at)
      }
      taken.given[next]!.push(given)
    }
  }
  return taken
}

async function candidatesOf(inside: Sqs, queue: LiveQueue, now: number, limit: number): Promise<{ candidates: Message[], exhausted: boolean }> {
  const q = queue.row.data
  const noisy = noisyGroups(queue, now)
  const due = { prefix: [q], before: [q, now + 1], limit: windowOf(noisy, limit) } as const
  const returned = await inside.tables.returns.list(due)
  const fresh = await inside.tables.ready.list(due)
  const candidates: Message[] = []
  let at = 0
  for (const { seq, at: since } of returned) {
    while (at < fresh.length && fresh[at]!.at <= since) candidates.push(fresh[at++]!)
    if (candidates.length >= due.limit) break
    const message = await inside.tables.taken.get(q, seq)
    if (message) candidates.push(message)
  }
  while (at < fresh.length && candidates.length < due.limit) candidates.push(fresh[at++]!)
  return { candidates: quietFirst(noisy, candidates).slice(0, limit), exhausted: returned.length + fresh.length < limit }
}

/** Messages that could be received now, left where they are. */
export async function dueStandard(inside: Sqs, queue: LiveQueue, limit: number): Promise<Message[]> {
  return (await candidatesOf(inside, queue, inside.now(), limit)).candidates
}

/** The oldest messages, which retention takes away first. */
export async function oldestStandard(sqs: Sqs, queue: LiveQueue, limit = receiveMessagesMax): Promise<Message[]> {
  const q = queue.row.data
  const [fresh, taken] = [await sqs.tables.ready.list({ prefix: [q], limit }), await sqs.tables.taken.list({ prefix: [q], limit })]
  return [...fresh, ...taken].sort((a, b) => a.sentAt - b.sentAt)
}
