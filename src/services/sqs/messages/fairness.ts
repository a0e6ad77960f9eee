import type { LiveQueue, Message, Sqs } from '../state.ts'

/** A group is noisy from so many messages in flight on, where it also has half as many again as an equal share. */
const noisyFrom = 10
const noisyShare = 1.5
/** So far ahead the messages of quiet groups are looked for. */
const windowMessages = 200
/** As many messages are looked at for the figures of a minute. */
const sampledMessages = 1000

/** Groups of a standard queue that hold more of its receivers than the others. AWS says not where it draws the line. */
export function noisyGroups(queue: LiveQueue, now: number): ReadonlySet<string> {
  // Reckoned again once in a tenth as many rounds as there are groups, so that many groups cost a round no more than few.
  if (queue.noisyFor-- > 0) return queue.noisy
  const counts: [group: string, count: number][] = []
  let total = 0
  for (const [group, times] of queue.groups) {
    const count = times.count(now)
    total += count
    if (count > 0) counts.push([group, count])
    else queue.groups.delete(group)
  }
  const least = counts.length === 1 ? noisyFrom : Math.max(noisyFrom, noisyShare * total / counts.length)
  queue.noisy = new Set(counts.filter(([, count]) => count >= least).map(([group]) => group))
  queue.noisyFor = Math.floor(counts.length / 10)
  return queue.noisy
}

/** How many messages are read where `limit` are wanted. */
export const windowOf = (noisy: ReadonlySet<string>, limit: number): number => noisy.size === 0 ? limit : Math.max(limit, windowMessages)

/** Messages of quiet groups, and those of none, before those of noisy ones; otherwise in the order they are in. */
export function quietFirst(noisy: ReadonlySet<string>, messages: Message[]): Message[] {
  if (noisy.size === 0) return messages
  const isNoisy = ({ group }: Message) => group !== undefined && noisy.has(group)
  return [...messages.filter(message => !isNoisy(message)), ...messages.filter(isNoisy)]
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
  for (const group of noisy) loud += queue.groups.get(group)?.count(now) ?? 0
  const oldest = quiet.length === 0 ? now : Math.min(...quiet.map(({ sentAt }) => sentAt))
  return {
    noisyGroups: noisy.size, visible: Math.round(Math.max(0, queue.messages - inFlight - delayed) * share), inFlight: inFlight - loud, delayed: Math.round(delayed * share),
    oldestSeconds: Math.floor((now - oldest) / 1000),
  }
}
