import { execFile } from 'node:child_process'
import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Runtime } from '../contracts/sandbox.ts'
import { bootstrapArgs, isLaunched } from './launch.ts'

const run = promisify(execFile)
const nodeMajors = ['20', '22', '24']
const rubyMinors = ['3.2', '3.3', '3.4']
const javaMajors = ['17', '21', '25']
const pythonMinors = ['3.10', '3.11', '3.12', '3.13', '3.14']

/** The function runtimes of this host: for each name the executable of its version, or the nearest other one, marked `exact: false`. */
export async function findRuntimes(path: string): Promise<Runtime[]> {
  const folders = path.split(delimiter).filter(Boolean)
  const [nodes, pythons, rubies, javas] = await Promise.all([
    versions([process.execPath, ...folders.map((folder) => join(folder, 'node'))], /^v(\d+\.\d+\.\d+)/),
    versions([...folders.filter((folder) => !folder.includes('shims')), '/usr/bin', '/usr/local/bin', ...below(join(homedir(), '.pyenv', 'versions'))]
      .flatMap((folder) => [join(folder, 'python3'), ...pythonMinors.map((minor) => join(folder, `python${minor}`))]), /^Python (\d+\.\d+\.\d+)/),
    versions([...folders, ...below(join(homedir(), '.rbenv', 'versions'))].map((folder) => join(folder, 'ruby')), /^ruby (\d+\.\d+\.\d+)/),
    versions([...folders, ...below('/usr/lib/jvm')].map((folder) => join(folder, 'java')), /^\w+ (\d+(?:\.\d+)*)/),
  ])
  return [
    ...nodeMajors.flatMap((major) => choose(`nodejs${major}.x`, nodes, (version) => Number(version.split('.')[0]) - Number(major))),
    ...rubyMinors.flatMap((minor) => choose(`ruby${minor}`, rubies, (version) => Number(version.split('.')[1]) - Number(minor.slice(2)))),
    ...javaMajors.flatMap((major) => choose(`java${major}`, javas, (version) => Number(version.split('.')[0]) - Number(major))),
    ...process.platform === 'win32' ? [] : ['provided.al2', 'provided.al2023'].map((name) => ({ name, executable: '/bin/sh', version: '', exact: true })),
    ...pythonMinors.flatMap((minor) => choose(`python${minor}`, pythons, (version) => Number(version.split('.')[1]) - Number(minor.slice(2)))),
  ]
}

/**
 * How a runtime's bootstrap is started; `waits`: before there is a function for it, with time to make itself ready; `wrapped`: by a shell that asks for the
 * function's variables, and for the script that starts it.
 */
export function commandOf(runtime: Runtime, runtimesFolder: string, { waits = false, wrapped = false } = {}): { command: string, args: string[] } {
  if (wrapped || isLaunched(runtime.name)) return { command: '/bin/sh', args: [join(runtimesFolder, 'provided', 'launch.sh'), runtime.executable] }
  const wait = waits && runtime.name.startsWith('nodejs') ? ['wait'] : []
  return { command: runtime.executable, args: [...bootstrapArgs(runtime.name, runtimesFolder), ...wait] }
}

/** The folders of programs of a version manager's, or of a system's, installations. */
function below(versionsFolder: string): string[] {
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

const usableVersions: [name: RegExp, version: RegExp][] = [
  [/^node/, /^(1[89]|[2-9]\d)\./], [/^python/, /^3\.([89]|\d\d)\./], [/^ruby/, /^3\.\d+\./], [/^java/, /^(1[7-9]|[2-9]\d)(\.|$)/],
]

function choose(name: string, found: Map<string, string>, distance: (version: string) => number): Runtime[] {
  const usable = [...found].filter(([version]) => usableVersions.some(([names, wanted]) => names.test(name) && wanted.test(version)))
  // The nearest version; of two equally near, the newer.
  usable.sort(([a], [b]) => Math.abs(distance(a)) - Math.abs(distance(b)) || distance(b) - distance(a) || b.localeCompare(a, 'en', { numeric: true }))
  const best = usable[0]
  return best ? [{ name, executable: best[1], version: best[0], exact: distance(best[0]) === 0 }] : []
}
