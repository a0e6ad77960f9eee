/**
 * Hands out sequence numbers, rising within each log (a shard), and knows which are not committed yet: a reader stops before the lowest of
 * them, so that it never passes a record that commits a moment later.
 */
export interface Sequences {
  /**
   * Numbers for `count` records of a log, in the running transaction: they are settled when it ends. `newest` finds the last number in
   * the store and is asked once for each log.
   */
  allot(scope: { now(): number, onEnd(callback: () => void): void }, log: string, count: number, newest: () => Promise<string | undefined>): Promise<string[]>
  /** Reads must end before this number; undefined where nothing is under way. */
  horizon(log: string): string | undefined
  /** Forgets all logs whose names begin with the prefix. */
  forget(prefix: string): void
}

/** A number's time, in milliseconds since 1970, and its place among those of its log. */
export interface Position { ms: number, counter: number }

/** How a service writes its numbers: texts that sort as the positions do. */
export interface SequenceForm {
  write(position: Position, log: string): string
  read(text: string): Position
}

export function sequences({ write, read }: SequenceForm): Sequences {
  const last = new Map<string, Position>()
  const open = new Map<string, Set<string>>()
  return {
    async allot(scope, log, count, newest) {
      if (!last.has(log)) {
        const found = await newest()
        if (!last.has(log)) last.set(log, found === undefined ? { ms: 0, counter: 0 } : read(found))
      }
      const { ms: before, counter } = last.get(log)!
      const ms = Math.max(before, scope.now())
      const numbers = Array.from({ length: count }, (_, index) => write({ ms, counter: counter + 1 + index }, log))
      last.set(log, { ms, counter: counter + count })
      const unsettled = open.get(log) ?? new Set()
      const first = numbers[0]!
      open.set(log, unsettled.add(first))
      scope.onEnd(() => {
        unsettled.delete(first)
        if (unsettled.size === 0 && open.get(log) === unsettled) open.delete(log)
      })
      return numbers
    },
    horizon(log) {
      // Handed out in rising order, and a set keeps that order.
      for (const number of open.get(log) ?? []) return number
      return undefined
    },
    forget(prefix) {
      for (const log of last.keys()) if (log.startsWith(prefix)) last.delete(log)
    },
  }
}
