import { mkdirSync, realpathSync } from 'node:fs'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Environment, FunctionSpec, Runtime, Sandboxes } from '../contracts/sandbox.ts'
import { ownRuntimesFolder } from './beside.ts'
import { probeCheckpoints } from './criu.ts'
import { startEnvironment } from './environment.ts'
import type { Driver } from './driver.ts'
import { probeIsolation } from './host.ts'
import { isolatedDriver } from './isolated.ts'
import type { SandboxOptions } from './options.ts'
import { endOrphans } from './orphans.ts'
import { processDriver } from './process.ts'
import { findRuntimes } from './runtimes.ts'
import { findSdk } from './sdk.ts'

/** A function is seldom made and called in the same instant: what makes many, such as a deployment, has the CPU first. */
const prepareDelayMs = 200

/** What stands behind the sandboxes of one Fogbank: ends what an earlier one left behind, starts nothing; a driver is chosen at the first start. */
export function openSupervisor(options: SandboxOptions): Required<Omit<Sandboxes, 'recover'>> {
  const runtimesFolder = options.runtimesFolder ?? ownRuntimesFolder()
  const path = options.path ?? '/usr/local/bin:/usr/bin:/bin'
  const ended = endOrphans(options.folder)
  if (ended) options.log.warn('Ended sandboxes that an earlier run left behind', { ended })
  let found: Promise<Runtime[]> | undefined
  const runtimes = (): Promise<Runtime[]> => found ??= findRuntimes(path)
  let kind: 'isolated' | 'process' = options.driver === 'process' ? 'process' : 'isolated'
  let driver: Promise<Driver> | undefined
  const choose = async (): Promise<Driver> => {
    mkdirSync(options.folder, { recursive: true })
    const folder = realpathSync(options.folder)
    if (options.driver !== 'process') {
      const isolation = await probeIsolation()
      const { log, dial, poolSize = 2 } = options
      const sdk = findSdk(runtimesFolder, options.sdkFolder)
      if (isolation.works) return isolatedDriver({ folder, runtimesFolder, sdk, path, ...isolation, poolSize, log, ...dial && { dial } })
      if (options.driver === 'isolated') throw new SandboxError('host-limit', isolation.why)
      options.log.warn(`Functions run without isolation: ${isolation.why}`)
    }
    kind = 'process'
    return processDriver({ folder, runtimesFolder })
  }
  let closed = false
  const preparing = new Set<string>()
  const runtimeOf = async (name: string): Promise<Runtime | undefined> => (await runtimes()).find((one) => one.name === name)
  return {
    get driver() { return kind },
    runtimes,
    async snapshots() {
      const isolation = options.driver === 'process' ? undefined : await probeIsolation()
      if (!isolation?.works) return { works: false, why: 'Snapshots of functions need isolated sandboxes: see `fogbank doctor`.' }
      const checkpoints = await probeCheckpoints(path)
      return { works: checkpoints.works, why: checkpoints.works ? `criu ${checkpoints.version}` : `${checkpoints.why} ${checkpoints.hint}` }
    },
    prepare(name) {
      if (preparing.has(name)) return
      preparing.add(name)
      void (async () => {
        await new Promise((resolve) => { setTimeout(resolve, prepareDelayMs).unref() })
        preparing.delete(name)
        if (closed) return
        const runtime = await runtimeOf(name)
        if (runtime && !closed) (await (driver ??= choose())).prepare?.(runtime)
      })().catch((error: unknown) => options.log.warn(`No runtimes are kept waiting: ${(error as Error).message}`))
    },
    async start(spec: FunctionSpec): Promise<Environment> {
      if (closed) throw new SandboxError('start-failed', 'The sandboxes are closed')
      const runtime = await runtimeOf(spec.runtime)
      if (!runtime) throw new SandboxError('runtime-missing', `Nothing on this host runs ${spec.runtime}. \`fogbank doctor\` says what it has.`)
      return startEnvironment(await (driver ??= choose()), runtime, spec)
    },
    async close() {
      closed = true
      await (await driver?.catch(() => undefined))?.close()
    },
  }
}
