import { isDeepStrictEqual } from 'node:util'
import { ValidationException } from '../../../platform/errors.ts'

interface PatchOperation { op?: string, path?: string, from?: string, value?: unknown }

const invalid = (why: string): never => { throw new ValidationException(`Invalid patch document: ${why}`) }

/** Applies a JSON patch (RFC 6902) to a document, which stays as it is. Throws ValidationException. */
export function applyPatch(document: Record<string, unknown>, patchText: string): Record<string, unknown> {
  let patch: unknown
  try {
    patch = JSON.parse(patchText)
  } catch {
    return invalid('it is not JSON')
  }
  if (!Array.isArray(patch)) return invalid('it is not a list of operations')
  const root = { document: structuredClone(document) as unknown }
  for (const operation of patch as PatchOperation[]) applyOne(root, operation)
  return root.document as Record<string, unknown>
}

function applyOne(root: { document: unknown }, { op, path, from, value }: PatchOperation): void {
  if (op === 'add') return add(root, pointer(path), value)
  if (op === 'remove') return void remove(root, pointer(path))
  if (op === 'replace') {
    remove(root, pointer(path))
    return add(root, pointer(path), value)
  }
  if (op === 'move') return add(root, pointer(path), remove(root, pointer(from)))
  if (op === 'copy') return add(root, pointer(path), structuredClone(valueAt(root, pointer(from))))
  if (op !== 'test') invalid(`${op} is no operation`)
  if (!isDeepStrictEqual(valueAt(root, pointer(path)), value)) invalid(`the test of ${path} failed`)
}

function pointer(path: string | undefined): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) return invalid(`${path} is no path`)
  const names = path.split('/').slice(1).map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.some(name => name === '__proto__') ? invalid(`${path} is no path`) : names
}

/** What holds the last name of a path. */
function holder(root: { document: unknown }, names: string[]): { parent: any, name: string } {
  let parent: any = root
  for (const name of ['document', ...names.slice(0, -1)]) {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name)) invalid(`/${names.join('/')} is not there`)
    parent = parent[name]
  }
  if (names.length === 0) return { parent: root, name: 'document' }
  return typeof parent === 'object' && parent !== null ? { parent, name: names.at(-1)! } : invalid(`/${names.join('/')} is not there`)
}

function valueAt(root: { document: unknown }, names: string[]): unknown {
  const { parent, name } = holder(root, names)
  return Object.hasOwn(parent, name) ? parent[name] : invalid(`/${names.join('/')} is not there`)
}

function add(root: { document: unknown }, names: string[], value: unknown): void {
  const { parent, name } = holder(root, names)
  if (value === undefined) invalid(`/${names.join('/')} has no value`)
  if (!Array.isArray(parent)) return void (parent[name] = value)
  const at = name === '-' ? parent.length : Number(name)
  if (!Number.isInteger(at) || at < 0 || at > parent.length) invalid(`/${names.join('/')} is no place in the list`)
  parent.splice(at, 0, value)
}

function remove(root: { document: unknown }, names: string[]): unknown {
  const removed = valueAt(root, names)
  const { parent, name } = holder(root, names)
  if (Array.isArray(parent)) parent.splice(Number(name), 1)
  else delete parent[name]
  return removed
}
