import { evaluate, type Evaluation } from './intrinsics.ts'
import { ValidationError, isObject } from './template.ts'

/** What transforms inside a template need from outside. */
export interface SnippetContext {
  evaluation: Evaluation
  /** Asks a macro of the account. */
  macro: (name: string, fragment: unknown, params: Record<string, unknown>) => Promise<unknown>
  /** The parsed content of the file at an S3 address. */
  include: (location: string) => Promise<unknown>
}

export interface TransformCall { name: string, params: Record<string, unknown> }

/** The name and parameters of a transform, as `Transform` or `Fn::Transform` give them. Parameters may use the template's parameters. */
export function transformCall(declared: unknown, evaluation: Evaluation): TransformCall {
  if (typeof declared === 'string') return { name: declared, params: {} }
  if (!isObject(declared) || typeof declared.Name !== 'string') {
    throw new ValidationError('Template format error: every Transform has to be a name, or an object with a Name.')
  }
  const given = isObject(declared.Parameters) ? declared.Parameters : {}
  const params = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, plain(key, value, declared.Name as string, evaluation)]))
  return { name: declared.Name, params }
}

function plain(key: string, value: unknown, transform: string, evaluation: Evaluation): unknown {
  const result = evaluate(value, evaluation)
  if (![result].flat().every(item => ['string', 'number', 'boolean'].includes(typeof item))) {
    throw new ValidationError(`The value of parameter ${key} under transform ${transform} must resolve to a string, number, boolean or a list of any of these.`)
  }
  return result
}

/** Whether a value has a transform inside. */
export function hasSnippets(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSnippets)
  return isObject(value) && (Object.hasOwn(value, 'Fn::Transform') || Object.values(value).some(hasSnippets))
}

/**
 * Applies every `Fn::Transform` in a value, the inner ones first. A macro is given what stands beside it, and its answer takes the place of
 * all that; an included file's members come beside what is there.
 */
export async function applySnippets(value: unknown, context: SnippetContext): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(item => applySnippets(item, context)))
  if (!isObject(value)) return value
  const { 'Fn::Transform': declared, ...beside } = value
  const fragment: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(beside)) fragment[name] = await applySnippets(member, context)
  if (declared === undefined) return fragment
  let result: unknown = fragment
  for (const one of [declared].flat()) {
    const { name, params } = transformCall(one, context.evaluation)
    result = name === 'AWS::Include' ? await included(result, params, context) : await context.macro(name, result, params)
  }
  return result
}

/** What stands there, and the members of the included file beside it; a file that is no object takes the place of nothing but itself. */
export async function included(value: unknown, params: Record<string, unknown>, context: SnippetContext): Promise<unknown> {
  if (typeof params.Location !== 'string') throw new ValidationError('Transform AWS::Include failed with: The Location parameter is required.')
  const content = await applySnippets(await context.include(params.Location), context)
  if (isObject(value) && isObject(content)) return { ...value, ...content }
  if (isObject(value) && Object.keys(value).length === 0) return content
  throw new ValidationError('Transform AWS::Include failed with: The included content is not an object and cannot stand beside others.')
}
