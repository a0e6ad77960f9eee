import type { LiveQueue, Message, Sqs } from '../state.ts'

/**
 * A group is noisy from so many messages in flight on, where they are more than this share of all. So AWS has it; its other measure, the
 * time of processing, is not taken.
 */
const noisyFrom = 30
const noisyShare = 0.1
/** So far ahead the messages of quiet groups are looked for. */
const windowMessages = 200
/** As many messages are looked at for the figures of a minute. */
const sampledMessages = 1000

/** Groups of a standard queue that take more of its receivers than the others, with their messages in flight. */
export function noisyGroups(queue: LiveQueue, now: number): ReadonlyMap<string, number> {
  // Reckoned again once in a tenth as many rounds as there are groups, so that many groups cost a round no more than few.
  if (queue.noisyFor-- > 0) return queue.noisy
  const noisy = new Map<string, number>()
  const total = queue.inFlight.count(now)
  for (const [group, times] of queue.groups) {
    const count = times.count(now)
    if (count === 0) queue.groups.delete(group)
    else if (count >= noisyFrom && count > noisyShare * total) noisy.set(group, count)
  }
  queue.noisy = noisy
  queue.noisyFor = Math.floor(queue.groups.size / 10)
  return noisy
}

/** How many messages are read where `limit` are wanted. */
export const windowOf = (noisy: ReadonlyMap<string, number>, limit: number): number => noisy.size === 0 ? limit : Math.max(limit, windowMessages)

/** Messages of quiet groups, and those of none, before those of noisy ones, of which the one with the fewest in flight comes first. */
export function quietFirst(noisy: ReadonlyMap<string, number>, messages: Message[]): Message[] {
  if (noisy.size === 0) return messages
  const noise = ({ group }: Message) => group === undefined ? 0 : noisy.get(group) ?? 0
  return [...messages].sort((a, b) => noise(a) - noise(b))
}

export interface QuietShare { noisyGroups: number, visible: number, inFlight: number, delayed: number, oldestSeconds: number }

/** What of a queue belongs to quiet groups, from its first thousand messages; undefined where its messages name no groups. */
export async function quietShare(sqs: Sqs, queue: LiveQueue): Promise<QuietShare | undefined> {
  const now = sqs.now()
  queue.noisyFor = 0
  const noisy = noisyGroups(queue, now)
  const q = queue.row.data
  const sample = await sqs.tables.ready.list({ prefix: [q], limit: sampledMessages })
  if (queue.groups.size === 0 && !sample.some(({ group }) => group !== undefined)) return undefined
  const quiet = sample.filter(({ group }) => group === undefined || !noisy.has(group))
  const inFlight = queue.inFlight.count(now)
  const delayed = queue.delayed.count(now)
  const share = sample.length === 0 ? 1 : quiet.length / sample.length
  let loud = 0
  for (const count of noisy.values()) loud += count
  const oldest = quiet.length === 0 ? now : Math.min(...quiet.map(({ sentAt }) => sentAt))
  return {
    noisyGroups: noisy.size, visible: Math.round(Math.max(0, queue.messages - inFlight - delayed) * share), inFlight: inFlight - loud,
      delayed: Math.round(delayed * share),
    oldestSeconds: Math.floor((now - oldest) / 1000),
  }
}
