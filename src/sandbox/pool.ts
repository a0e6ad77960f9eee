import type { Runtime } from '../contracts/sandbox.ts'

const refillDelayMs = 20

interface Started { ready: Promise<void>, exited: Promise<unknown>, destroy(): Promise<void> }

interface Pool<Sandbox> {
  take(runtime: Runtime): Sandbox
  prepare(runtime: Runtime): void
  close(): void
}

/** Started runtimes that wait for a function. A kind of runtime is kept ready from its first use on; names that share an executable share them. */
export function warmPool<Sandbox extends Started>(options: { size: number, start: (runtime: Runtime) => Sandbox }): Pool<Sandbox> {
  const waiting = new Map<string, Set<Sandbox>>()
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  function add(runtime: Runtime, kind: Set<Sandbox>): void {
    const sandbox = options.start(runtime)
    kind.add(sandbox)
    const drop = (): void => {
      if (kind.delete(sandbox)) void sandbox.destroy()
    }
    sandbox.ready.catch(drop)
    void sandbox.exited.then(drop)
  }

  /** Later, so that the function that was just given a sandbox has the CPU first. */
  function refill(runtime: Runtime, kind: Set<Sandbox>): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      while (!closed && kind.size < options.size) add(runtime, kind)
    }, refillDelayMs)
    timers.add(timer.unref())
  }

  function kindOf(runtime: Runtime): Set<Sandbox> {
    const name = `${runtime.name.startsWith('node') ? 'nodejs' : 'python'} ${runtime.executable}`
    let kind = waiting.get(name)
    if (!kind) waiting.set(name, kind = new Set())
    return kind
  }

  return {
    prepare(runtime) {
      if (options.size > 0) refill(runtime, kindOf(runtime))
    },
    take(runtime) {
      const kind = kindOf(runtime)
      const [first] = kind
      if (first) kind.delete(first)
      if (options.size > 0) refill(runtime, kind)
      return first ?? options.start(runtime)
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      for (const kind of waiting.values()) kind.clear()
    },
  }
}
