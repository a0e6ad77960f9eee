import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the runtimes' bootstraps, beside the sources and beside the bundle. */
export function ownRuntimesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'runtimes', 'nodejs', 'bootstrap.cjs')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, 'runtimes')
}
