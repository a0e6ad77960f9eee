import { deduplicationMs, receiveMessagesMax, type DeduplicationRow, type GroupRow, type LiveQueue, type Message, type Sqs } from '../state.ts'
import { isDead, isExpired, moved, received, wanted, type Taken, type Want } from './taking.ts'

// A FIFO queue's messages lie in `ordered`, by group in the order of sending. A group has a row in `groups`, with its messages in flight, and one in
// `turns` in the order of the time at which its next message can be received: in the future while one is in flight, since the group waits for that.

export async function putOrdered(inside: Sqs, message: Message): Promise<void> {
  const { q, seq, at } = message
  const group = message.group!
  await inside.tables.ordered.put(message)
  await inside.tables.arrivals.put({ q, seq, group })
  if (await inside.tables.groups.get(q, group)) return
  await writeGroup(inside, undefined, { q, group, at, order: seq, held: [] })
}

async function writeGroup(inside: Sqs, before: GroupRow | undefined, after: GroupRow): Promise<void> {
  const { q, group, at, order } = after
  if (before && (before.at !== at || before.order !== order)) await inside.tables.turns.delete(q, before.at, before.order, group)
  if (before?.at !== at || before.order !== order) await inside.tables.turns.put({ q, at, order, group })
  await inside.tables.groups.put(after)
}

/** Gives the group its turn after its messages have changed: when those in flight are over, else when the first one can be received. */
async function settleGroup(inside: Sqs, before: GroupRow, held: GroupRow['held'], now: number): Promise<void> {
  const { q, group } = before
  const [first] = await inside.tables.ordered.list({ prefix: [q, group], limit: 1 })
  if (!first) {
    await inside.tables.groups.delete(q, group)
    await inside.tables.turns.delete(q, before.at, before.order, group)
    return
  }
  const current = held.filter(([, until]) => until > now)
  const free = first.receives > 0 ? now : Math.max(first.at, Math.min(before.at, now))
  const at = current.length > 0 ? Math.max(...current.map(([, until]) => until)) : free
  await writeGroup(inside, before, { q, group, at, order: first.seq, held: current })
}

/** Takes messages away; those of a group are given together. */
export async function removeOrdered(inside: Sqs, messages: readonly Message[]): Promise<void> {
  const now = inside.now()
  for (const { q, seq, group, body } of messages) {
    await inside.tables.ordered.delete(q, group!, seq)
    await inside.tables.arrivals.delete(q, seq)
    if (body === undefined) await inside.tables.bodies.delete(q, seq)
  }
  for (const [group, own] of Map.groupBy(messages, message => message.group!)) {
    const row = await inside.tables.groups.get(own[0]!.q, group)
    if (row) await settleGroup(inside, row, row.held.filter(([seq]) => !own.some(message => message.seq === seq)), now)
  }
}

/** Makes a message in flight be due at another time. */
export async function rescheduleOrdered(inside: Sqs, message: Message, at: number): Promise<void> {
  await inside.tables.ordered.put({ ...message, at })
  const row = await inside.tables.groups.get(message.q, message.group!)
  if (!row) return
  const held: GroupRow['held'] = [...row.held.filter(([seq]) => seq !== message.seq), [message.seq, at]]
  await settleGroup(inside, row, held, inside.now())
}

/** Messages of the groups whose turn it is; as many of one group as there are, before the next. A group is given to one receiver. */
export async function takeOrdered(inside: Sqs, queue: LiveQueue, wants: readonly Want[], room: number, dead: LiveQueue | undefined): Promise<Taken> {
  const now = inside.now()
  const q = queue.row.data
  const taken: Taken = { given: wants.map(() => []), expired: [], buried: [], exhausted: false }
  const limit = wanted(wants, room)
  const turns = await inside.tables.turns.list({ prefix: [q], before: [q, now + 1], limit })
  let next = 0
  let left = room
  for (const turn of turns) {
    while (next < wants.length && taken.given[next]!.length >= wants[next]!.max) next++
    if (next >= wants.length || left <= 0) break
    const row = await inside.tables.groups.get(q, turn.group)
    if (!row) {
      await inside.tables.turns.delete(q, turn.at, turn.order, turn.group)
      continue
    }
    const want = wants[next]!
    const gone: Message[] = []
    const held: GroupRow['held'] = []
    for (const message of await inside.tables.ordered.list({ prefix: [q, turn.group], limit: Math.min(want.max - taken.given[next]!.length, left) })) {
      if (message.at > now) break
      if (isExpired(queue, message, now)) {
        gone.push(message)
        taken.expired.push(message)
      } else if (dead && isDead(queue, message)) {
        const copy = await moved(inside, message, dead, queue.arn)
        gone.push(message)
        taken.buried.push(copy)
        await putOrdered(inside, copy)
      } else {
        const given = received(message, want, now)
        await inside.tables.ordered.put(given)
        held.push([given.seq, given.at])
        taken.given[next]!.push(given)
        left--
      }
    }
    if (gone.length > 0) await removeOrdered(inside, gone)
    const current = gone.length > 0 ? await inside.tables.groups.get(q, turn.group) : row
    if (current) await settleGroup(inside, current, held.length > 0 ? held : current.held, now)
  }
  taken.exhausted = turns.length < limit
  return taken
}

/** Messages that could be received now, in the order of their groups' turns, left where they are. */
export async function dueOrdered(inside: Sqs, queue: LiveQueue, limit: number): Promise<Message[]> {
  const now = inside.now()
  const due: Message[] = []
  for (const { q, group } of await inside.tables.turns.list({ prefix: [queue.row.data], before: [queue.row.data, now + 1], limit })) {
    if (due.length >= limit) break
    const messages = await inside.tables.ordered.list({ prefix: [q, group], limit: limit - due.length })
    due.push(...messages.filter(({ at }) => at <= now))
  }
  return due
}

/** The oldest messages, which retention takes away first. */
export async function oldestOrdered(sqs: Sqs, queue: LiveQueue, limit = receiveMessagesMax): Promise<Message[]> {
  const messages: Message[] = []
  for (const { q, group, seq } of await sqs.tables.arrivals.list({ prefix: [queue.row.data], limit })) {
    const message = await sqs.tables.ordered.get(q, group, seq)
    if (message) messages.push(message)
  }
  return messages
}

const periodOf = (at: number) => Math.floor(at / deduplicationMs)

/** A message of the same deduplication id that was sent in the last five minutes. Ids lie in periods of five minutes, so that old ones go together. */
export async function duplicateOf(inside: Sqs, queue: LiveQueue, scope: string, id: string): Promise<DeduplicationRow | undefined> {
  const now = inside.now()
  for (const period of [periodOf(now), periodOf(now) - 1]) {
    const known = await inside.tables.deduplications.get(queue.row.id, period, scope, id)
    if (known && known.sentAt + deduplicationMs > now) return known
  }
  return undefined
}

export async function rememberId(inside: Sqs, queue: LiveQueue, row: Omit<DeduplicationRow, 'q' | 'period'>): Promise<void> {
  await inside.tables.deduplications.put({ q: queue.row.id, period: periodOf(row.sentAt), ...row })
}

/** Forgets ids whose five minutes are over; as many as there are at once, in steps. */
export async function forgetIds(sqs: Sqs, queue: LiveQueue): Promise<void> {
  const before = [queue.row.id, periodOf(sqs.now()) - 1] as const
  for (;;) {
    const rows = await sqs.tables.deduplications.list({ prefix: [queue.row.id], before, limit: 500 })
    if (rows.length === 0) return
    await sqs.transact(async inside => {
      for (const { q, period, scope, id } of rows) await inside.tables.deduplications.delete(q, period, scope, id)
    })
  }
}
