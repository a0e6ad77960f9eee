import type { Runtime } from '../contracts/sandbox.ts'

/** What starts for the pool takes the CPU from functions that were just given theirs: it waits until nothing was taken for this long, */
const quietMs = 60
/** but no longer than this. */
const refillLatestMs = 500

interface Started { ready: Promise<void>, exited: Promise<unknown>, destroy(): Promise<void> }

interface Pool<Sandbox> {
  take(runtime: Runtime): Sandbox
  prepare(runtime: Runtime): void
  close(): void
}

interface Kind<Sandbox> {
  waiting: Set<Sandbox>
  /** The refill that is due, and since when something is missing. */
  due?: { timer: NodeJS.Timeout, since: number } | undefined
  /** Grows with use: a cloud that runs one function once, as in a test, does not start more for nothing. */
  wanted: number
}

/** Started runtimes that wait for a function. A kind of runtime is kept ready from its first use on; names that share an executable share them. */
export function warmPool<Sandbox extends Started>(options: { size: number, start: (runtime: Runtime, waits: boolean) => Sandbox }): Pool<Sandbox> {
  const kinds = new Map<string, Kind<Sandbox>>()
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

  function refill(runtime: Runtime, kind: Kind<Sandbox>): void {
    if (options.size === 0) return
    const since = kind.due?.since ?? performance.now()
    clearTimeout(kind.due?.timer)
    const delayMs = Math.max(0, Math.min(quietMs, since + refillLatestMs - performance.now()))
    const timer = setTimeout(() => {
      kind.due = undefined
      while (!closed && kind.waiting.size < kind.wanted) add(runtime, kind)
    }, delayMs)
    kind.due = { timer: timer.unref(), since }
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
      for (const { waiting, due } of kinds.values()) {
        clearTimeout(due?.timer)
        waiting.clear()
      }
    },
  }
}
