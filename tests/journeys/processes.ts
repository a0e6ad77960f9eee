import { spawn, type ChildProcess } from 'node:child_process'
import { dirname } from 'node:path'

export const root = dirname(dirname(import.meta.dirname))

export interface Running { endpoint: string, child: ChildProcess, output(): string }

/** Starts `fogbank start` as a user would, and waits for its `ready` line. */
export function startFogbank(dataFolder: string, ...more: string[]): Promise<Running> {
  const args = ['bin/fogbank', 'start', '--port', '0', '--data', dataFolder, ...more]
  return waitUntilReady(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }))
}

export function waitUntilReady(child: ChildProcess): Promise<Running> {
  let output = ''
  return new Promise((resolve, reject) => {
    const look = (piece: Buffer) => {
      output += piece
      const ready = /^ready (http:\S+)$/m.exec(output)
      if (ready) resolve({ endpoint: ready[1]!, child, output: () => output })
    }
    child.stdout!.on('data', look)
    child.stderr!.on('data', look)
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`fogbank ended with ${code}: ${output}`)))
  })
}

/** Resolves when the process is gone, also where it went before anybody asked. */
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise(resolve => child.exitCode !== null || child.signalCode !== null ? resolve(child.exitCode) : child.on('exit', resolve))

/** Runs a command to its end; rejects with what it printed where it fails. */
export function run(command: string, args: string[], environment: Record<string, string> = {}, cwd = root): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', piece => output += piece)
    child.stderr.on('data', piece => output += piece)
    child.on('error', reject)
    child.on('exit', code => code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)))
  })
}

export const fogbank = (endpoint: string, ...args: string[]) => run(process.execPath, ['bin/fogbank', ...args, '--endpoint', endpoint])
