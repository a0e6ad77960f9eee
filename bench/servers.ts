import { fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// The servers that benchmarks call: a Fogbank in a process of its own, durable and on the real clock, and MiniStack where MINISTACK names its command.

export interface Server { port: number, child: ChildProcess }

async function fogbank(): Promise<void> {
  const { openCloud } = await import('../src/cloud.ts')
  const { silentLogger } = await import('../src/platform/logging.ts')
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-bench-'))
  const cloud = await openCloud({ host: '127.0.0.1', port: 0, dataFolder, log: silentLogger, path: process.env.PATH ?? '' })
  process.send!(cloud.port)
  process.on('SIGTERM', async () => {
    await cloud.stop()
    rmSync(dataFolder, { recursive: true })
    process.exit()
  })
}

/** A Fogbank that listens. */
export const startFogbank = () => new Promise<Server>(resolve => {
  const child = fork(import.meta.filename)
  child.once('message', port => resolve({ port: Number(port), child }))
})

/** MiniStack, once it answers; undefined where there is none. */
export async function ministack(): Promise<Server | undefined> {
  const command = process.env.MINISTACK
  if (!command) return undefined
  const port = 20_000 + process.pid % 10_000
  const child = spawn(command, { env: { ...process.env, GATEWAY_PORT: String(port), LOG_LEVEL: 'ERROR' }, stdio: 'ignore' })
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/_ministack/health`).then(() => true, () => false)) return { port, child }
    await sleep(200)
  }
  child.kill('SIGKILL')
  throw new Error('MiniStack did not start.')
}

if (import.meta.main) await fogbank()
