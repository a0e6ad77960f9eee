import { createHash } from 'node:crypto'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { zipSync, type Zippable } from 'fflate'

export type File = [path: string, bytes: Uint8Array, mode: number]

/** Never part of what is deployed: what tools and editors keep for themselves. */
export const junk = new Set([
  '.git', '.DS_Store', '__pycache__', '.aws-sam', '.fogbank', '.fogbank-build', '.venv', '.pytest_cache', '.mypy_cache', 'Thumbs.db',
])

/** The files of a folder by their paths with `/`, sorted; links are followed. `without`: names that are left out wherever they stand. */
export async function filesOf(folder: string, without: Set<string> = new Set()): Promise<File[]> {
  const files: File[] = []
  const walk = async (at: string, prefix: string) => {
    for (const name of (await readdir(at)).sort()) {
      if (junk.has(name) || without.has(name) || name.endsWith('.pyc')) continue
      const path = join(at, name)
      const info = await stat(path).catch(() => undefined)
      if (info?.isDirectory()) await walk(path, `${prefix}${name}/`)
      else if (info?.isFile()) files.push([`${prefix}${name}`, await readFile(path), info.mode & 0o111 ? 0o755 : 0o644])
    }
  }
  await walk(folder, '')
  return files
}

/** The same bytes for the same files: no times, sorted names, two kinds of permissions. */
export function zipFiles(files: File[]): Uint8Array {
  const entries: Zippable = {}
  for (const [path, bytes, mode] of files) entries[path] = [bytes, { mtime: new Date(1980, 0, 1), os: 3, attrs: ((0o100000 | mode) << 16) >>> 0 }]
  return zipSync(entries, { level: 6 })
}

/** 32 hexadecimal digits that name these files: paths, permissions and contents, and `more`. */
export function fingerprint(files: File[], ...more: unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(more))
  for (const [path, bytes, mode] of files) hash.update(`\n${path}\n${mode}\n${bytes.length}\n`).update(bytes)
  return hash.digest('hex').slice(0, 32)
}
