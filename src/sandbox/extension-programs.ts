import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionSpec } from '../contracts/sandbox.ts'
import { isInside } from './links.ts'

/** Where a function sees its external extensions; on the host, the folder of that name among its layers. */
export const extensionsFolder = '/opt/extensions'

/** Where it is on the host. */
export function extensionPath(spec: FunctionSpec, name: string): string {
  return join(spec.layersFolder!, 'extensions', name)
}

export interface ExtensionProgram {
  name: string
  /** Why it cannot be started, known before it is tried: its type stands in the EXTENSION line, its message in the error. */
  error?: { type: 'PermissionDenied' | 'UnknownError', message: string }
}

/** The files of /opt/extensions, in the order of their names: each is an external extension. */
export function findExtensions(spec: FunctionSpec): ExtensionProgram[] {
  if (!spec.layersFolder) return []
  const folder = join(spec.layersFolder, 'extensions')
  let names: string[]
  try { names = isInside(spec.layersFolder, folder) ? readdirSync(folder) : [] } catch { return [] }
  return names.toSorted().flatMap((name) => {
    const path = join(folder, name)
    const found = statSync(path, { throwIfNoEntry: false })
    // A link out of the layers leads elsewhere in the sandbox, and on the host where nobody shall look.
    if (!found?.isFile() || !isInside(spec.layersFolder!, path)) return []
    const why = found.mode & 0o111 ? isProgram(path) ? undefined : 'exec format error' : 'permission denied'
    if (!why) return [{ name }]
    const type = why === 'permission denied' ? 'PermissionDenied' as const : 'UnknownError' as const
    return [{ name, error: { type, message: `fork/exec ${extensionsFolder}/${name}: ${why}` } }]
  })
}

/** What the kernel starts: a shell would take any other file for a script of its own, which AWS does not. */
function isProgram(path: string): boolean {
  const head = Buffer.alloc(4)
  const fd = openSync(path, 'r')
  try { readSync(fd, head, 0, 4, 0) } finally { closeSync(fd) }
  return head.toString('latin1', 0, 2) === '#!' || head.toString('latin1') === '\x7fELF' || process.platform === 'darwin'
}

/** Of the runtime alone; from the developer guide, "Environment variables" of the Extensions API. */
const runtimeVariables = new Set([
  'AWS_EXECUTION_ENV', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_XRAY_CONTEXT_MISSING', 'AWS_XRAY_DAEMON_ADDRESS', 'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT', '_AWS_XRAY_DAEMON_ADDRESS', '_AWS_XRAY_DAEMON_PORT', '_HANDLER',
])

/** What an extension has in its environment: the function's variables, without those of the runtime. */
export function extensionVariables(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !runtimeVariables.has(name) && /^[A-Za-z_]\w*$/.test(name)))
}

/** Sets the variables and becomes the program: read by a shell in the sandbox, so that nobody else on the host sees them among its arguments. */
export function extensionScript(program: string, environment: Record<string, string>): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`)
  return [...exports, `exec ${quoted(program)} 3<&-`, ''].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`
}
