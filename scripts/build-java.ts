import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const sources = join(root, 'runtimes', 'java', 'fogbank')
const classes = join(root, 'runtimes', 'java', 'classes')
const stamp = join(root, 'dist', '.java-built')

/** A compiler of Java 17 or newer, on PATH or where Debian keeps them. */
function compiler(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...below('/usr/lib/jvm').map(name => join('/usr/lib/jvm', name, 'bin'))]
  return folders.map(folder => join(folder, 'javac')).find(path => existsSync(path) && major(path) >= 17)
}

function below(folder: string): string[] {
  try { return readdirSync(folder) } catch { return [] }
}

function major(javac: string): number {
  try { return Number(/^javac (\d+)/.exec(execFileSync(javac, ['-version'], { encoding: 'utf8' }))?.[1] ?? 0) } catch { return 0 }
}

/** Compiles the bootstrap of Java functions where its sources changed and this machine has a JDK; the packed Fogbank carries the classes. */
export function buildJava(): void {
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.java')).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(name).update(readFileSync(join(sources, name)))
  const digest = hash.digest('hex')
  if (existsSync(join(classes, 'fogbank')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  const javac = compiler()
  if (!javac) return
  rmSync(classes, { recursive: true, force: true })
  mkdirSync(classes, { recursive: true })
  // Texts that are put together without invokedynamic spare each start its first use, some 20 ms.
  const args = ['--release', '17', '-XDstringConcat=inline', '-d', classes, ...names.map(name => join(sources, name))]
  execFileSync(javac, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  writeFileSync(stamp, digest)
}
