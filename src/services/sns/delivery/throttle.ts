import type { Sns } from '../state.ts'

const subscriptionsMax = 10_000

/** When the next delivery of a subscription may be made that takes so many a second; each call takes a turn. In memory: a restart forgets it. */
export function turnOf(sns: Sns, subscription: string, perSecond: number): number {
  const { turns } = sns.state
  if (turns.size > subscriptionsMax) turns.clear()
  const turn = Math.max(sns.now(), turns.get(subscription) ?? 0)
  turns.set(subscription, turn + 1000 / perSecond)
  return Math.ceil(turn)
}
