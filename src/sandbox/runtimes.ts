import { execFile } from 'node:child_process'
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Runtime } from '../contracts/sandbox.ts'

const run = promisify(execFile)
const nodeMajors = ['20', '22', '24']
const pythonMinors = ['3.10', '3.11', '3.12', '3.13', '3.14']

/** The function runtimes of this host: for each name the executable of its version, or the nearest other one, marked `exact: false`. */
export async function findRuntimes(path: string): Promise<Runtime[]> {
  const folders = path.split(delimiter).filter(Boolean)
  const [nodes, pythons] = await Promise.all([
    versions([process.execPath, ...folders.map((folder) => join(folder, 'node'))], /^v(\d+\.\d+\.\d+)/),
    versions([...folders.filter((folder) => !folder.includes('shims')), '/usr/bin', '/usr/local/bin', ...pyenvFolders()]
      .flatMap((folder) => [join(folder, 'python3'), ...pythonMinors.map((minor) => join(folder, `python${minor}`))]), /^Python (\d+\.\d+\.\d+)/),
  ])
  return [
    ...nodeMajors.flatMap((major) => choose(`nodejs${major}.x`, nodes, (version) => Number(version.split('.')[0]) - Number(major))),
    ...pythonMinors.flatMap((minor) => choose(`python${minor}`, pythons, (version) => Number(version.split('.')[1]) - Number(minor.slice(2)))),
  ]
}

/** How a runtime's bootstrap is started. */
export function commandOf(runtime: Runtime, runtimesFolder: string): { command: string, args: string[] } {
  if (runtime.name.startsWith('nodejs')) return { command: runtime.executable, args: [join(runtimesFolder, 'nodejs', 'bootstrap.cjs')] }
  return { command: runtime.executable, args: ['-u', join(runtimesFolder, 'python', 'bootstrap.py')] }
}

function pyenvFolders(): string[] {
  const versionsFolder = join(homedir(), '.pyenv', 'versions')
  try { return readdirSync(versionsFolder).map((version) => join(versionsFolder, version, 'bin')) } catch { return [] }
}

async function versions(candidates: string[], pattern: RegExp): Promise<Map<string, string>> {
  const executables = new Set<string>()
  for (const candidate of candidates) {
    try {
      accessSync(candidate, constants.X_OK)
      executables.add(realpathSync(candidate))
    } catch { /* It is not there. */ }
  }
  const found = new Map<string, string>()
  await Promise.all([...executables].map(async (executable) => {
    try {
      const { stdout } = await run(executable, ['--version'], { timeout: 5000, env: {} })
      const version = pattern.exec(stdout)?.[1]
      if (version && !found.has(version)) found.set(version, executable)
    } catch { /* It does not start: no runtime. */ }
  }))
  return found
}

function choose(name: string, found: Map<string, string>, distance: (version: string) => number): Runtime[] {
  const usable = [...found].filter(([version]) => name.startsWith('node') ? Number(version.split('.')[0]) >= 18 : /^3\.([89]|\d\d)\./.test(version))
  // The nearest version; of two equally near, the newer.
  usable.sort(([a], [b]) => Math.abs(distance(a)) - Math.abs(distance(b)) || distance(b) - distance(a) || b.localeCompare(a, 'en', { numeric: true }))
  const best = usable[0]
  return best ? [{ name, executable: best[1], version: best[0], exact: distance(best[0]) === 0 }] : []
}
