import type { Socket } from 'node:net'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment, FunctionSpec, Invocation, Outcome, Sandboxes } from '../../src/contracts/sandbox.ts'
import type { Destination } from '../../src/sandbox/internet.ts'
import { probeIsolation } from '../../src/sandbox/host.ts'
import { openSandboxes } from '../../src/sandbox/open.ts'

export const path = '/usr/local/bin:/usr/bin:/bin'
const isolation = await probeIsolation()
/** Why the suite cannot run here, or false. */
export const skip = isolation.works ? false : isolation.why

export const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export interface Place {
  folder: string
  sandboxes: Sandboxes
  /** Of the function that was started last. */
  codeFolder(): string
  start(code: string, changes?: Partial<FunctionSpec>): Promise<Environment>
  close(): Promise<void>
}

/** Sandboxes of a test's own. The code is the body of an async function of `event`; a pool would only add processes that a test does not mean. */
export function openPlace(dial?: (to: Destination) => Socket, poolSize = 0): Place {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-hostile-'))
  const sandboxes = openSandboxes({ driver: 'isolated', folder: join(folder, 'state'), log: quiet, path, poolSize, ...dial && { dial } })
  let count = 0
  return {
    folder, sandboxes,
    codeFolder: () => join(folder, `code${count - 1}`),
    start(code, changes = {}) {
      const codeFolder = join(folder, `code${count++}`)
      mkdirSync(codeFolder)
      writeFileSync(join(codeFolder, 'index.js'), `const fs = require('node:fs'), net = require('node:net'), { execSync, spawn } = require('node:child_process')
        const attempt = (work) => { try { return work() ?? 'done' } catch (error) { return error.code ?? String(error.stderr ?? error) } }
        exports.handler = async (event) => { ${code} }`)
      return sandboxes.start(specOf(codeFolder, changes))
    },
    async close() {
      await sandboxes.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function specOf(codeFolder: string, changes: Partial<FunctionSpec> = {}): FunctionSpec {
  return {
    runtime: 'nodejs22.x', handler: 'index.handler', codeFolder, environment: {}, memoryMB: 1769, ephemeralStorageMB: 512, initTimeoutMs: 10_000,
    network: 'none', endpoints: [], onOutput: () => {}, ...changes,
  }
}

export function invocation(event: unknown = {}, timeoutMs = 5000): Invocation {
  return { requestId: 'r', payload: Buffer.from(JSON.stringify(event)), timeoutMs, invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }
}

export function read(outcome: Outcome): any {
  if (outcome.kind !== 'response') throw new Error(JSON.stringify(outcome))
  return JSON.parse(Buffer.from(outcome.payload).toString())
}

/**
 * Live processes in the sandboxes of the Fogbank whose process id is `owner`, by their control groups. A group can be removed once
 * its last process has run for the last time, while the kernel still takes that one apart: such a group is `(deleted)`.
 */
export function processesOf(owner: number): string[] {
  return globSync('/proc/[0-9]*/cgroup').filter((file) => {
    try {
      const groups = readFileSync(file, 'utf8').split('\n').filter(group => !group.endsWith(' (deleted)'))
      return groups.some(group => group.includes(`/fogbank-${owner}-`)) && !/\) [ZX] /.test(readFileSync(file.replace('cgroup', 'stat'), 'utf8'))
    } catch {
      return false
    }
  })
}

/** Looks again until it holds, for at most so many seconds. */
export async function eventually(holds: () => boolean, seconds = 2): Promise<boolean> {
  for (let n = 0; n < 100 * seconds; n++) {
    if (holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}
