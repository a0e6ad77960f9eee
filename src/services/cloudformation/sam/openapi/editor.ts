import { invalidDocument, invalidTemplate } from '../errors.ts'
import type { SamError } from '../errors.ts'
import { conditional, isNoValue } from '../intrinsics.ts'
import { entriesOf, isDict, pyDict, pyStr, put, putDefault, textsFromTemplate, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'

/** An API definition under change; `document` is a copy of the one it was opened on. */
export interface Editor { document: Dict, paths: Dict }

export const integrationKey = 'x-amazon-apigateway-integration'
export const anyMethod = 'x-amazon-apigateway-any-method'

export const badDefinition = (text: string): SamError => invalidDocument(invalidTemplate(text))
export const isOpenApi3 = (version: Value): boolean => /^3(\.\d)(\.\d)?$/.test(pyStr(version))

export function mustBeDict(value: Value, text: string): Dict {
  if (!isDict(value)) throw badDefinition(text)
  return value
}
export const pathItem = (value: Value, path: string): Dict => mustBeDict(value, `Value of '${path}' path must be a dictionary according to Swagger spec.`)
export const methodItem = (value: Value, path: string, method: string): Dict =>
  mustBeDict(value, `Definition of method '${method}' for path '${path}' should be a map.`)

/** The value itself, or both branches of its Fn::If, without the ones that are nothing. */
export function branches(value: Value): Value[] {
  if (!isDict(value) || !Object.hasOwn(value, 'Fn::If')) return [value]
  if (!Array.isArray(value['Fn::If'])) throw badDefinition('Value of Fn::If must be a list.')
  return value['Fn::If'].slice(1).filter(branch => !isNoValue(branch))
}

export function methodName(method: Value): Value {
  if (typeof method !== 'string' || method === '') return method
  return method.toLowerCase() === 'any' ? anyMethod : method.toLowerCase()
}

export const hasIntegration = (definition: Dict): boolean => truthy(definition[integrationKey])

/** Whether every form of the path's method has an integration already. */
export function isIntegrated(editor: Editor, path: string, method: string): boolean {
  const name = methodName(method)
  if (!Object.hasOwn(editor.paths, path)) return false
  for (const item of branches(editor.paths[path])) if (!isDict(item) || !Object.hasOwn(item, name)) return false
  for (const item of branches(editor.paths[path])) {
    const definition = item[name]
    if (!isDict(definition) || !branches(definition).some(each => hasIntegration(methodItem(each, path, name)))) return false
  }
  return true
}

export function addPath(editor: Editor, path: string, method: string): void {
  const name = methodName(method)
  const item = putDefault(editor.paths, path, pyDict(), 'k')
  mustBeDict(item, `Value of '${path}' path must be a dictionary according to Swagger spec.`)
  for (const each of branches(item)) putDefault(each, name, pyDict(), name === anyMethod ? '' : 'k')
}

export function makePathConditional(editor: Editor, path: string, condition: Value): void {
  put(editor.paths, path, conditionalFromTemplate(condition, editor.paths[path]))
}

/** Fn::If on a condition of the template. */
export function conditionalFromTemplate(condition: Value, value: Value): Dict {
  const result = conditional(condition, value)
  textsFromTemplate(result['Fn::If'])
  return result
}

/** Every definition of the path's method that has an integration. */
export function definitionsOf(editor: Editor, path: string, method: string, all = false): Dict[] {
  const name = methodName(method)
  return branches(editor.paths[path]).flatMap(item => branches(pathItem(item, path)[name])).map(each => methodItem(each, path, method))
    .filter(definition => all || hasIntegration(definition))
}

/** Every method of the path, with the fields that are no methods left out. */
export function methodsOf(editor: Editor, path: string, skipped: readonly string[]): [string, Dict][] {
  const found: [string, Dict][] = []
  for (const item of branches(editor.paths[path])) {
    for (const [name, method] of entriesOf(pathItem(item, path))) {
      if (skipped.includes(name)) continue
      for (const definition of branches(method)) if (hasIntegration(methodItem(definition, path, name))) found.push([methodName(name), definition])
    }
  }
  return found
}

export function addTimeout(editor: Editor, path: string, method: string, timeout: Value): void {
  for (const definition of definitionsOf(editor, path, method)) put(definition[integrationKey], 'timeoutInMillis', timeout)
}

export function securityOf(definition: Dict, path: string, method: string): Dict[] {
  const security = Object.hasOwn(definition, 'security') ? definition.security : []
  if (!Array.isArray(security)) throw badDefinition(`Type of security for path ${path} method ${method} must be a list`)
  return security
}

