import type { Clock } from '../../../contracts/clock.ts'

/** Counts what is at work, so that a test can wait until nothing is. Whoever sleeps is not at work. */
export interface Activity {
  begin(): void
  end(): void
  settle(): Promise<void>
}

export function activity(): Activity {
  let busy = 0
  const waiting: (() => void)[] = []
  return {
    begin() { busy++ },
    end() {
      busy--
      // What ends may wake others in the same turn: they count as well.
      setImmediate(() => { if (busy === 0) for (const resolve of waiting.splice(0)) resolve() })
    },
    settle: () => new Promise(resolve => {
      setImmediate(() => busy === 0 ? resolve() : void waiting.push(resolve))
    }),
  }
}

/** A place to sleep at: until somebody wakes it, or a time comes. A wake while nobody sleeps is kept for the next sleep. */
export interface Rest {
  sleep(untilMs?: number): Promise<void>
  wake(): void
}

export function rest(clock: Clock, { begin, end }: Activity): Rest {
  let isRung = false
  let rise: (() => void) | undefined
  return {
    async sleep(untilMs) {
      if (isRung) return void (isRung = false)
      const slept = new Promise<void>(resolve => {
        // Counted as busy from the moment of the ringing on, not from when the sleeper gets its turn.
        const ring = () => {
          if (rise !== ring) return
          rise = undefined
          cancel()
          begin()
          resolve()
        }
        rise = ring
        const cancel = untilMs === undefined ? () => {} : clock.at(untilMs, ring)
      })
      end()
      await slept
    },
    wake() {
      if (rise) rise()
      else isRung = true
    },
  }
}
