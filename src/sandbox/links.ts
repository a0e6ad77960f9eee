import { lstatSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'

// Code may hold symbolic links, which are followed in the sandbox. Fogbank itself looks at a function's files only as far as no link leads out of their folder.

/** Whether a path in a folder is there, and really in it. */
export function isInside(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder) + sep)
  } catch {
    return false
  }
}

export const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
