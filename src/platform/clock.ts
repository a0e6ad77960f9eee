import type { Clock } from '../contracts/clock.ts'

const timeoutMsMax = 2 ** 31 - 1

/** The machine's time. Its timers do not keep the process alive. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    at(timeMs, callback) {
      let timer: NodeJS.Timeout
      // setTimeout holds 24.8 days at most; a later time is reached in steps.
      const arm = () => {
        const wait = Math.max(0, timeMs - Date.now())
        timer = setTimeout(() => wait > timeoutMsMax ? arm() : void callback(), Math.min(wait, timeoutMsMax))
        timer.unref()
      }
      arm()
      return () => clearTimeout(timer)
    },
  }
}

export interface VirtualClock extends Clock {
  /** Moves time on, firing what falls due on the way in its order; `settle` runs after each step, so that what a firing causes happens at its time. */
  advance(ms: number, settle?: () => Promise<void>): Promise<void>
}

/** A clock that moves only when it is told to. */
export function virtualClock(startMs: number): VirtualClock {
  let now = startMs
  let sequence = 0
  const timers = new Map<number, { at: number, callback: () => void | Promise<void> }>()
  const nextUntil = (end: number) => {
    let next: number | undefined
    for (const [id, timer] of timers) if (timer.at <= end && (next === undefined || timer.at < timers.get(next)!.at)) next = id
    return next
  }
  const fire = async (id: number) => {
    const timer = timers.get(id)!
    timers.delete(id)
    now = Math.max(now, timer.at)
    await timer.callback()
  }
  return {
    now: () => now,
    at(timeMs, callback) {
      const id = sequence++
      timers.set(id, { at: timeMs, callback })
      // What is due already fires in this turn of the event loop; a virtual clock at rest would never reach it.
      if (timeMs <= now) setImmediate(() => timers.has(id) && fire(id))
      return () => void timers.delete(id)
    },
    async advance(ms, settle = async () => {}) {
      const end = now + ms
      await settle()
      for (let id = nextUntil(end); id !== undefined; id = nextUntil(end)) {
        await fire(id)
        await settle()
      }
      now = end
      await settle()
    },
  }
}
