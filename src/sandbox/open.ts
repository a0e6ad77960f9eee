import { readdirSync } from 'node:fs'
import { SandboxError } from '../contracts/sandbox.ts'
import type { Sandboxes } from '../contracts/sandbox.ts'
import type { SandboxOptions } from './options.ts'
import { scriptedSandboxes } from './scripted.ts'
import type { openSupervisor } from './supervisor.ts'

/**
 * Opens the sandboxes of one Fogbank. Costs nothing: the supervisor and its drivers are loaded when they are first asked for something, or by
 * `recover` where an
 * earlier Fogbank on this folder has left something behind.
 */
export function openSandboxes(options: SandboxOptions): Sandboxes {
  if ((options.driver === 'scripted') !== (options.script !== undefined)) throw new SandboxError('start-failed', 'A script and the scripted driver go together')
  if (options.script) return scriptedSandboxes({ script: options.script, ...(options.scriptInit ? { init: options.scriptInit } : {}) })
  let supervisor: ReturnType<typeof openSupervisor> | undefined
  let opening: Promise<ReturnType<typeof openSupervisor>> | undefined
  const opened = () => opening ??= import('./supervisor.ts').then((module) => supervisor = module.openSupervisor(options))
  const recover = async (): Promise<void> => {
    if (isUsed(options.folder)) await opened()
  }
  return {
    get driver() { return supervisor?.driver ?? (options.driver === 'process' ? 'process' : 'isolated') },
    recover,
    runtimes: async () => (await opened()).runtimes(),
    snapshots: async () => (await opened()).snapshots(),
    prepare(runtime) {
      void opened().then((ready) => ready.prepare(runtime), (error: unknown) => options.log.warn(`No runtimes are kept waiting: ${(error as Error).message}`))
    },
    start: async (spec) => (supervisor ?? await opened()).start(spec),
    async close() {
      await recover()
      await (await opening)?.close()
    },
  }
}

function isUsed(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}
