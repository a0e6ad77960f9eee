import type { Runtime } from '../contracts/sandbox.ts'

const refillDelayMs = 20

interface Started { ready: Promise<void>, exited: Promise<unknown>, destroy(): Promise<void> }

interface Pool<Sandbox> {
  take(runtime: Runtime): Sandbox
  prepare(runtime: Runtime): void
  close(): void
}

interface Kind<Sandbox> {
  waiting: Set<Sandbox>
  /** Grows with use: a cloud that runs one function once, as in a test, does not start more for nothing. */
  wanted: number
}

/** Started runtimes that wait for a function. A kind of runtime is kept ready from its first use on; names that share an executable share them. */
export function warmPool<Sandbox extends Started>(options: { size: number, start: (runtime: Runtime, waits: boolean) => Sandbox }): Pool<Sandbox> {
  const kinds = new Map<string, Kind<Sandbox>>()
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  function add(runtime: Runtime, { waiting }: Kind<Sandbox>): void {
    const sandbox = options.start(runtime, true)
    waiting.add(sandbox)
    const drop = (): void => {
      if (waiting.delete(sandbox)) void sandbox.destroy()
    }
    sandbox.ready.catch(drop)
    void sandbox.exited.then(drop)
  }

  function wanting(runtime: Runtime, more: number): Kind<Sandbox> {
    const name = `${/^[a-z]+/.exec(runtime.name)![0]} ${runtime.executable}`
    let kind = kinds.get(name)
    if (!kind) kinds.set(name, kind = { waiting: new Set(), wanted: 0 })
    kind.wanted = Math.min(options.size, Math.max(kind.wanted, kind.wanted * more + 1))
    return kind
  }

  /** Later, so that the function that was just given a sandbox has the CPU first. */
  function refill(runtime: Runtime, kind: Kind<Sandbox>): void {
    if (options.size === 0) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      while (!closed && kind.waiting.size < kind.wanted) add(runtime, kind)
    }, refillDelayMs)
    timers.add(timer.unref())
  }

  return {
    prepare(runtime) {
      refill(runtime, wanting(runtime, 0))
    },
    take(runtime) {
      const kind = wanting(runtime, 1)
      const [first] = kind.waiting
      if (first) kind.waiting.delete(first)
      refill(runtime, kind)
      return first ?? options.start(runtime, false)
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      for (const { waiting } of kinds.values()) waiting.clear()
    },
  }
}
