import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { junk } from '../build/files.ts'

/** An editor writes a file in several steps; who saves again within this time is heard once. */
const quietMs = 5

const ignored = (name: string) => junk.has(name) || name === 'node_modules' || /^\..*\.sw.$|~$|^4913$|\.pyc$/.test(name)

/**
 * Watches files and folders with all that is in them, and tells what changed, some milliseconds after it was saved. What tools write (node_modules) is
 * not heard.
 */
export function watchPaths(paths: string[], onChange: (changed: string[]) => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>()
  const roots = new Set(paths)
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function touched(path: string): void {
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const all = [...changed]
      changed.clear()
      if (!closed) onChange(all)
    }, quietMs)
  }
  function watchFolder(folder: string, only?: Set<string>): void {
    if (closed || watchers.has(folder)) return
    let watcher: FSWatcher
    try {
      watcher = watch(folder, (_, name) => {
        if (name === null || (only ? !only.has(name) : ignored(name))) return
        const path = join(folder, name)
        touched(path)
        if (only) return
        if (isFolder(path)) return watchTree(path)
        // One that comes again under the same name is another folder.
        watchers.get(path)?.close()
        watchers.delete(path)
      })
    } catch {
      return
    }
    // A folder that goes is told by the one above it.
    watcher.on('error', () => { watchers.get(folder)?.close(); watchers.delete(folder) })
    watchers.set(folder, watcher)
  }
  function watchTree(folder: string): void {
    watchFolder(folder)
    for (const entry of entriesOf(folder)) {
      if (!ignored(entry.name) && (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name))))) watchTree(join(folder, entry.name))
    }
  }
  const files = new Map<string, Set<string>>()
  for (const root of roots) {
    if (isFolder(root)) watchTree(root)
    else files.set(dirname(root), (files.get(dirname(root)) ?? new Set()).add(basename(root)))
  }
  for (const [folder, names] of files) watchFolder(folder, names)
  return {
    close() {
      closed = true
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

/** None of a folder that is gone by now. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
