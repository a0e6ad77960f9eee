import { cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { UserError } from '../client.ts'
import { kept, runTool, type BuildContext, type Built, type Source } from './context.ts'
import { filesOf, fingerprint, junk } from './files.ts'

/** `make build-LOGICALID` in a copy of the folder, or in Metadata's WorkingDirectory; what it leaves in $ARTIFACTS_DIR is deployed. */
export async function buildMake(source: Source, context: BuildContext): Promise<Built> {
  const makefile = join(source.path, 'Makefile')
  if (!await stat(makefile).catch(() => undefined)) throw new UserError(`${source.id}: BuildMethod makefile needs ${makefile}.`)
  const target = `build-${source.id}`
  const elsewhere: unknown = source.metadata.WorkingDirectory
  const workingFolder = typeof elsewhere === 'string' ? resolve(context.folder, elsewhere) : undefined
  // What lies in another working folder is read as well: all of it counts.
  const parts = [...await filesOf(source.path), ...workingFolder === undefined ? [] : await filesOf(workingFolder, new Set(['node_modules']))]
  const place = await kept(context, source.id, fingerprint(parts, 'make', source.metadata), async folder => {
    context.say(`Building ${source.id} (make ${target})\n`)
    const copy = await mkdtemp(join(tmpdir(), 'fogbank-make-'))
    try {
      await cp(source.path, copy, { recursive: true, filter: from => !junk.has(basename(from)) })
      await mkdir(folder, { recursive: true })
      await runTool(context, {
        id: source.id, command: 'make', args: ['--makefile', workingFolder === undefined ? join(copy, 'Makefile') : makefile, target],
        cwd: workingFolder ?? copy, environment: { ARTIFACTS_DIR: folder }, install: 'Install GNU make with the packages of your system.',
      })
    } finally {
      await rm(copy, { recursive: true, force: true })
    }
  })
  return { files: await filesOf(place), inputs: [] }
}

/** `go build` for Linux; the program is named `bootstrap`, as the provided runtimes start it. */
export async function buildGo(source: Source, context: BuildContext): Promise<Built> {
  const name = source.runtime === 'go1.x' ? source.handler ?? 'bootstrap' : 'bootstrap'
  const trim = source.metadata.BuildProperties?.TrimGoPath === true ? ['-trimpath'] : []
  const architecture = source.architecture === 'arm64' ? 'arm64' : 'amd64'
  const place = await kept(context, source.id, fingerprint(await filesOf(source.path), 'go', source.metadata, name, architecture), async folder => {
    context.say(`Building ${source.id} (go build)\n`)
    await runTool(context, {
      id: source.id, command: 'go', args: ['build', ...trim, '-o', join(folder, name), '.'], cwd: source.path,
      environment: { GOOS: 'linux', GOARCH: architecture }, install: 'https://go.dev has it.',
    })
  })
  return { files: await filesOf(place), inputs: [] }
}
