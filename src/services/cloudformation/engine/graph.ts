import { parallelStepsMax } from '../state.ts'

/**
 * Runs one step for each id, after the steps of those it waits for, as many at once as the graph allows. After a failure nothing more
 * is begun; what is under way is waited for. Returns what failed, in the order of failing. `keepGoing`: only those that wait for a
 * failed one are left out. `waits` says of what a step threw that it is no failure.
 */
export async function runGraph(ids: string[], waitsFor: (id: string) => string[], step: (id: string) => Promise<void>,
  options: { keepGoing?: boolean, stop?: () => boolean, onFailure?: () => void, waits?: (id: string, error: unknown) => boolean } = {},
): Promise<{ id: string, error: unknown }[]> {
  const open = new Map(ids.map(id => [id, new Set(waitsFor(id).filter(other => other !== id))]))
  const known = new Set(ids)
  for (const targets of open.values()) for (const target of targets) if (!known.has(target)) targets.delete(target)
  const waiters = new Map<string, string[]>()
  for (const [id, targets] of open) for (const target of targets) waiters.set(target, [...waiters.get(target) ?? [], id])
  const ready = ids.filter(id => open.get(id)!.size === 0)
  const failures: { id: string, error: unknown }[] = []
  const running = new Set<Promise<void>>()

  const run = async (id: string) => {
    try {
      await step(id)
    } catch (error) {
      // What comes after one that waits is not begun, and nothing has failed.
      if (options.waits?.(id, error)) return
      failures.push({ id, error })
      options.onFailure?.()
      return
    }
    for (const waiter of waiters.get(id) ?? []) {
      const targets = open.get(waiter)!
      targets.delete(id)
      if (targets.size === 0) ready.push(waiter)
    }
  }
  const mayBegin = () => ready.length > 0 && running.size < parallelStepsMax && (options.keepGoing || failures.length === 0) && !options.stop?.()
  while (running.size > 0 || mayBegin()) {
    while (mayBegin()) {
      const work: Promise<void> = run(ready.shift()!).finally(() => running.delete(work))
      running.add(work)
    }
    await Promise.race(running)
  }
  return failures
}

/** Turns `waits for` around: for deletions, a resource waits for those that depend on it. */
export function reversed(ids: string[], waitsFor: (id: string) => string[]): (id: string) => string[] {
  const users = new Map<string, string[]>()
  for (const id of ids) for (const target of waitsFor(id)) users.set(target, [...users.get(target) ?? [], id])
  return id => users.get(id) ?? []
}
