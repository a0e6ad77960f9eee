import type { Executions } from '../state.ts'
import { ServiceException } from '../state.ts'

/** Who in this process waits for executions to end. */
export function executions(): Executions {
  const waiting = new Map<string, Set<{ resolve: () => void, reject: (error: Error) => void }>>()
  return {
    ended(arn, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const entry = { resolve, reject }
      const all = waiting.get(arn) ?? new Set()
      waiting.set(arn, all.add(entry))
      const leave = () => reject(new ServiceException('The caller has hung up.'))
      if (signal.aborted) leave()
      signal.addEventListener('abort', leave)
      const cancel = () => {
        signal.removeEventListener('abort', leave)
        all.delete(entry)
        if (all.size === 0) waiting.delete(arn)
      }
      // Who does not wait after all shall not be told of an error that nobody hears.
      promise.catch(() => {})
      return { promise: promise.finally(cancel), cancel }
    },
    tell(arn) {
      for (const { resolve } of waiting.get(arn) ?? []) resolve()
    },
    close() {
      for (const all of waiting.values()) for (const { reject } of all) reject(new ServiceException('Fogbank is stopping; the execution goes on.'))
    },
  }
}
