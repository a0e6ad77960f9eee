import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { path } from '../runtimes/place.ts'

const run = promisify(execFile)
const kept = join(import.meta.dirname, '../../.fogbank-test/clients')
const tools = `${process.env.PATH}:/usr/local/go/bin:${process.env.HOME}/.cargo/bin:${path}`

/** Whether a tool answers. */
export async function has(command: string, ...args: string[]): Promise<boolean> {
  return run(command, args, { env: { ...process.env, PATH: tools } }).then(() => true, () => false)
}

/** Builds once for each machine; the folder appears whole or not at all. */
export async function built(name: string, files: Record<string, string>, commands: string[][], env: Record<string, string> = {}): Promise<string> {
  const folder = join(kept, name)
  if (existsSync(folder)) return folder
  await mkdir(kept, { recursive: true })
  const making = await mkdtemp(join(tmpdir(), 'fogbank-client-'))
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(making, file, '..'), { recursive: true })
    await writeFile(join(making, file), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 })
  }
  for (const [command, ...args] of commands) await run(
    command!, args, { cwd: making, env: { ...process.env, PATH: tools, ...env }, timeout: 280_000, maxBuffer: 1 << 26 }
  )
  await rename(making, folder).catch(async () => {
    await cp(making, folder, { recursive: true })
    await rm(making, { recursive: true, force: true })
  })
  return folder
}
