import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../client.ts'
import type { File } from './files.ts'

/** Where builds are kept, beside the template. */
export const buildFolder = '.fogbank-build'

export interface BuildContext {
  /** Folder of the template; builds are kept in its `.fogbank-build`. */
  folder: string
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/** A function or layer whose code is on this machine, with what the template says of it. */
export interface Source {
  id: string
  kind: 'function' | 'layer'
  /** The folder that CodeUri or ContentUri names. */
  path: string
  runtime: string | undefined
  handler: string | undefined
  architecture: string
  metadata: Record<string, any>
}

export interface Built {
  files: File[]
  /** Files outside of the source's folder that the result depends on. */
  inputs: string[]
}

const run = promisify(execFile)
const outputMaxBytes = 16 * 1024 * 1024
const unusedMs = 14 * 86_400_000

/** Runs a build tool to its end. Throws UserError with everything it said where it fails, and with the way to get it where it is not there. */
export async function runTool(
  context: BuildContext, what: { id: string, command: string, args: string[], cwd: string, environment?: Record<string, string>, install: string },
): Promise<string> {
  try {
    const { stdout } = await run(what.command, what.args, {
      cwd: what.cwd, env: { ...context.environment, ...what.environment } as NodeJS.ProcessEnv, maxBuffer: outputMaxBytes,
    })
    return stdout
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown, stdout?: string, stderr?: string }
    if (code === 'ENOENT') throw new UserError(`${what.id}: ${what.command} is not on this machine. ${what.install}`)
    const said = [stdout, stderr].map(text => text.trim()).filter(text => text !== '').join('\n') || (error as Error).message
    throw new UserError(`${what.id}: \`${[what.command, ...what.args].join(' ')}\` failed:\n${said}`)
  }
}

/** The first of these commands that PATH has. */
export async function firstOnPath(context: BuildContext, commands: string[]): Promise<string | undefined> {
  for (const command of commands) {
    for (const folder of (context.environment.PATH ?? '').split(delimiter)) {
      if (folder !== '' && (await stat(join(folder, command)).catch(() => undefined))?.isFile()) return command
    }
  }
  return undefined
}

/**
 * The folder that `name` and `key` stand for in `.fogbank-build`; `make` fills it where it is not there. It gets its name when it is whole, so a build that was
 * broken off is not taken for one. `alone`: earlier builds of the same name go.
 */
export async function kept(context: BuildContext, name: string, key: string, make: (folder: string) => Promise<void>, alone = true): Promise<string> {
  const home = join(context.folder, buildFolder)
  const place = join(home, `${name}-${key}`)
  const now = new Date()
  if (await stat(place).catch(() => undefined)) {
    await utimes(place, now, now)
    return place
  }
  await mkdir(home, { recursive: true })
  await writeFile(join(home, '.gitignore'), '*\n')
  const unfinished = join(home, `.${name}-${key}-${process.pid}`)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  try {
    await make(unfinished)
    await rename(unfinished, place).catch(async error => {
      // Another deployment of the same template was faster with the same build.
      if (!await stat(place).catch(() => undefined)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  for (const other of await readdir(home)) {
    const [, of] = /^(.*)-[0-9a-f]{32}$/.exec(other) ?? []
    if (of === undefined || other === `${name}-${key}`) continue
    const old = (await stat(join(home, other)).catch(() => undefined))?.mtimeMs ?? 0
    if ((alone && of === name) || old < now.getTime() - unusedMs) await rm(join(home, other), { recursive: true, force: true })
  }
  return place
}
