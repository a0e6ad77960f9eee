import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Environment, FunctionSpec, Runtime, Sandboxes } from '../contracts/sandbox.ts'
import type { Logger } from '../platform/logging.ts'
import { startEnvironment } from './environment.ts'
import { endOrphans } from './orphans.ts'
import { processDriver } from './process.ts'
import { findRuntimes } from './runtimes.ts'
import { scriptedSandboxes } from './scripted.ts'
import type { ScriptedOptions } from './scripted.ts'

export interface SandboxOptions {
  driver?: 'isolated' | 'process' | 'scripted'
  /** What plays the functions of the scripted driver: needed there, refused elsewhere. */
  script?: ScriptedOptions['script']
  /** Of the scripted driver: plays a function's init. */
  scriptInit?: ScriptedOptions['init']
  /** Of the data folder; holds the state of live sandboxes and nothing that outlives them. */
  folder: string
  log: Logger
  /** PATH, on which runtimes are looked for. */
  path?: string
  /** Where the bootstraps are; found beside the source or the build otherwise. */
  runtimesFolder?: string
}

/** Opens the sandboxes of one Fogbank. Cheap: what an earlier one left behind is ended, nothing is started. */
export function openSandboxes(options: SandboxOptions): Sandboxes {
  if ((options.driver === 'scripted') !== (options.script !== undefined)) throw new SandboxError('start-failed', 'A script and the scripted driver go together')
  if (options.script) return scriptedSandboxes({ script: options.script, ...(options.scriptInit ? { init: options.scriptInit } : {}) })
  if (options.driver === 'isolated') throw new SandboxError('host-limit', 'The isolated driver is not part of this build; use the process driver')
  const runtimesFolder = options.runtimesFolder ?? besideUs('runtimes')
  const ended = endOrphans(options.folder)
  if (ended) options.log.warn('Ended sandboxes that an earlier run left behind', { ended })
  const driver = processDriver({ folder: options.folder, runtimesFolder })
  let found: Promise<Runtime[]> | undefined
  const runtimes = (): Promise<Runtime[]> => found ??= findRuntimes(options.path ?? '/usr/local/bin:/usr/bin:/bin')
  const environments = new Set<Environment>()
  let closed = false
  return {
    driver: 'process',
    runtimes,
    async start(spec: FunctionSpec): Promise<Environment> {
      if (closed) throw new SandboxError('start-failed', 'The sandboxes are closed')
      const runtime = (await runtimes()).find((one) => one.name === spec.runtime)
      if (!runtime) throw new SandboxError('runtime-missing', `Nothing on this host runs ${spec.runtime}. \`fogbank doctor\` says what it has.`)
      const environment = await startEnvironment(driver, runtime, spec)
      environments.add(environment)
      return environment
    },
    async close() {
      closed = true
      await driver.close()
    },
  }
}

function besideUs(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, name, 'nodejs', 'bootstrap.mjs')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, name)
}
