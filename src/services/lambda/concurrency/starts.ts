import { availableParallelism } from 'node:os'

/** So many environments start at a time: more would only take the processor from one another, until all of them are late. */
const startsMax = 4 * availableParallelism()
/** A start that takes longer waits for something else than the processor, such as an init that sleeps, and holds up nobody. */
const heldMs = 250

export interface StartGate {
  /** Calls `begin` when there is room for one more start, at once or later; takes the word back where it has not been called yet. */
  ask(begin: () => void): () => void
  /** Says that a start which `begin` allowed goes on until `ends`. */
  hold(ends: Promise<unknown>): void
}

/** Bounds how many environments start at the same time on this machine, in the order in which they asked. */
export function startGate(most = startsMax): StartGate {
  let starting = 0
  const queue = new Set<() => void>()
  const next = () => {
    for (const begin of queue) {
      if (starting >= most) return
      queue.delete(begin)
      starting++
      begin()
    }
  }
  return {
    ask(begin) {
      queue.add(begin)
      next()
      return () => void queue.delete(begin)
    },
    hold(ends) {
      let isOver = false
      const leave = () => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        starting--
        next()
      }
      const timer = setTimeout(leave, heldMs).unref()
      ends.then(leave, leave)
    },
  }
}
