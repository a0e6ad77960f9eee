import { invalidDocument, invalidEvent, invalidResource, SamFault } from './errors.ts'
import { idOfReference } from './events/rest-api.ts'
import { combinedCondition, conditional } from './intrinsics.ts'
import { addPath, anyMethod, makePathConditional } from './openapi/editor.ts'
import type { Editor } from './openapi/editor.ts'
import { defaultPath, isOpenApi, openApiOf, openApiSkeleton, openOpenApi } from './openapi/http.ts'
import { isSwagger, openSwagger, swaggerOf, swaggerSkeleton } from './openapi/swagger.ts'
import { deepCopy, drop, entriesOf, isDict, keysOf, put, putDefault, pyDict, truthy, update } from './python.ts'
import type { Dict, Value } from './python.ts'
import { expectEvent, expectResource } from './resource.ts'

/** A kind of API that functions' events may make without a resource of its own in the template. */
interface Kind {
  event: string
  reference: string
  implicitId: string
  type: string
  implicit: () => Dict
  isValid: (body: Value) => boolean
  edit: (body: Dict, change: (editor: Editor) => void) => Dict
}

const rest: Kind = {
  event: 'Api', reference: 'RestApiId', implicitId: 'ServerlessRestApi', type: 'AWS::Serverless::Api', isValid: isSwagger,
  implicit: () => ({ Type: 'AWS::Serverless::Api', Properties: { StageName: 'Prod', DefinitionBody: swaggerSkeleton(), __MANAGE_SWAGGER: true } }),
  edit: (body, change) => {
    const editor = openSwagger(body)
    change(editor)
    return swaggerOf(editor)
  },
}

const http: Kind = {
  event: 'HttpApi', reference: 'ApiId', implicitId: 'ServerlessHttpApi', type: 'AWS::Serverless::HttpApi', isValid: isOpenApi,
  implicit: () => ({ Type: 'AWS::Serverless::HttpApi', Properties: { DefinitionBody: openApiSkeleton(), __MANAGE_SWAGGER: true } }),
  edit: (body, change) => {
    const editor = openOpenApi(body)
    change(editor)
    return openApiOf(editor)
  },
}

/** What the events say of each API: conditions by path and method, and the policies of their owners. */
interface Seen { conditions: Map<string, Map<string, Map<string, Value>>>, deletion: Map<string, Value[]>, replacement: Map<string, Value[]> }

const owners = ['AWS::Serverless::Function', 'AWS::Serverless::StateMachine']
const isGiven = (value: Value): boolean => value !== undefined && value !== null

/** Gives an empty definition to each API that has none. */
export function addDefaultDefinitions(template: Dict): void {
  for (const type of [rest.type, http.type]) {
    for (const [, api] of entriesOf(template.Resources as Dict)) {
      if (api.Type !== type) continue
      const properties = Object.hasOwn(api, 'Properties') ? api.Properties : {}
      if (truthy(properties.DefinitionBody) || truthy(properties.DefinitionUri)) continue
      if (type === http.type && !truthy(properties)) api.Properties = properties
      put(properties, 'DefinitionBody', type === rest.type ? swaggerSkeleton() : openApiSkeleton())
      put(properties, '__MANAGE_SWAGGER', true)
    }
  }
}

/** Enters the paths of Api and HttpApi events into their APIs, making the implicit ones. */
export function addImplicitApis(template: Dict): void {
  for (const kind of [rest, http]) addImplicitApi(template, kind)
}

function addImplicitApi(template: Dict, kind: Kind): void {
  const resources: Dict = template.Resources
  const existing = deepCopy(resources[kind.implicitId])
  put(resources, kind.implicitId, kind.implicit())
  const seen: Seen = { conditions: new Map(), deletion: new Map(), replacement: new Map() }
  const faults: SamFault[] = []
  for (const [id, owner] of entriesOf(resources)) {
    if (!owners.includes(owner.Type) || !isDict(owner.Properties?.Events)) continue
    try {
      enterEvents(template, kind, owner, seen)
    } catch (error) {
      if (!(error instanceof SamFault) || error.kind !== 'event') throw error
      faults.push(invalidResource(id, error.message))
    }
  }
  conditionApi(template, kind, seen)
  inheritPolicies(resources[kind.implicitId], kind, seen)
  conditionPaths(template, kind, seen)
  const made = resources[kind.implicitId]
  if (Object.keys(made.Properties.DefinitionBody.paths).length === 0) {
    if (existing) put(resources, kind.implicitId, existing)
    else drop(resources, kind.implicitId)
  }
  if (faults.length > 0) throw invalidDocument(...faults)
}

function enterEvents(template: Dict, kind: Kind, owner: Dict, seen: Seen): void {
  const events = pyDict()
  for (const [id, event] of entriesOf(owner.Properties.Events)) if (isDict(event) && event.Type === kind.event) put(events, id, event, 'k')
  if (Object.keys(events).length === 0) return
  for (const [id, event] of entriesOf(events)) {
    let properties = Object.hasOwn(event, 'Properties') ? event.Properties : {}
    if (kind === rest && !truthy(properties)) continue
    properties = expectEvent(properties, id, '', 'map', 'Properties should be a map.')
    if (!truthy(properties)) put(event, 'Properties', properties)
    shareTags(template, kind, owner, properties)
    putDefault(properties, kind.reference, { Ref: kind.implicitId })
    if (kind === http && !truthy(properties.Path) && !truthy(properties.Method)) {
      put(properties, 'Path', defaultPath)
      put(properties, 'Method', anyMethod)
    }
    enterEvent(template, kind, owner, id, properties, seen)
  }
  update(owner.Properties.Events, events)
}

function enterEvent(template: Dict, kind: Kind, owner: Dict, id: string, properties: Dict, seen: Seen): void {
  const { Path: path, Method: method } = properties
  const api = idOfReference(properties[kind.reference])
  for (const [name, value] of [['Path', path], ['Method', method]] as const) if (!isGiven(value)) throw invalidEvent(id, `Property '${name}' is required.`)
  for (const [name, value] of [[kind.reference, api], ['Path', path], ['Method', method]] as const) expectEvent(value, id, name, 'string')
  const methods = ensure(ensure(seen.conditions, api, () => new Map()), path, () => new Map())
  methods.set(method, owner.Condition)
  ensure(seen.deletion, api, () => []).push(owner.DeletionPolicy)
  ensure(seen.replacement, api, () => []).push(owner.UpdateReplacePolicy)
  enterPath(template, kind, id, api, path, method)
  if (kind === http && Object.hasOwn(properties, 'RouteSettings')) setRoute(template.Resources[api], api, id, properties, owner.Condition)
}

function ensure<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}

function enterPath(template: Dict, kind: Kind, eventId: string, apiId: string, path: string, method: string): void {
  const api = Object.hasOwn(template.Resources, apiId) ? template.Resources[apiId] : undefined
  if (!api || (api.Type === http.type && kind !== http)) {
    throw invalidEvent(eventId, `${kind.reference} must be a valid reference to an '${kind.type}' resource in same template.`)
  }
  const properties = api.Properties
  if (!isDict(properties) || !kind.isValid(properties.DefinitionBody) || !truthy(properties.__MANAGE_SWAGGER)) return
  put(properties, 'DefinitionBody', kind.edit(properties.DefinitionBody, editor => addPath(editor, path, method)))
}

function setRoute(api: Dict, apiId: string, eventId: string, properties: Dict, condition: Value): void {
  // What is wrong with an API without properties is told of the API.
  if (!isDict(api.Properties)) return
  const route = properties.Method === anyMethod ? properties.Path : `${properties.Method.toUpperCase()} ${properties.Path}`
  const all = expectResource(Object.hasOwn(api.Properties, 'RouteSettings') ? api.Properties.RouteSettings : {}, apiId, 'RouteSettings', 'map')
  const own = condition ? conditional(condition, properties.RouteSettings) : properties.RouteSettings
  expectEvent(own, eventId, 'RouteSettings', 'map')
  update(putDefault(all, route, {}), own)
  put(api.Properties, 'RouteSettings', all)
}

/** An implicit API carries the tags of the owners that propagate theirs. */
function shareTags(template: Dict, kind: Kind, owner: Dict, properties: Dict): void {
  if (Object.hasOwn(properties, kind.reference)) return
  const api = template.Resources[kind.implicitId]
  const globals = isDict(template.Globals) ? template.Globals[owner.Type.split('::')[2]] ?? {} : {}
  const wanted = truthy(owner.Properties.PropagateTags) || truthy(globals.PropagateTags)
  const tags = truthy(owner.Properties.Tags) ? owner.Properties.Tags : globals.Tags
  if (!truthy(tags) || !wanted) return
  update(putDefault(api.Properties, 'Tags', {}), tags)
  put(api.Properties, 'PropagateTags', true)
}

/** The conditions, where every one of the methods has one. */
function commonConditions(conditions: Value[]): string[] {
  return conditions.length > 0 && conditions.every(isGiven) ? [...new Set(conditions)] : []
}

function combine(template: Dict, name: string, conditions: string[]): string {
  template.Conditions ??= {}
  for (const [id, condition] of Object.entries(combinedCondition([...conditions].sort(), name)!)) put(template.Conditions, id, condition)
  return name
}

function conditionApi(template: Dict, kind: Kind, seen: Seen): void {
  const all = [...seen.conditions.get(kind.implicitId)?.values() ?? []].flatMap(methods => [...methods.values()])
  const conditions = commonConditions(all)
  if (conditions.length === 0) return
  template.Resources[kind.implicitId].Condition = conditions.length === 1 ? conditions[0] : combine(template, `${kind.implicitId}Condition`, conditions)
}

function inheritPolicies(api: Dict, kind: Kind, seen: Seen): void {
  const deletion = ['Retain', 'Delete'].find(policy => seen.deletion.get(kind.implicitId)?.includes(policy))
  const replacement = ['Retain', 'Snapshot', 'Delete'].find(policy => seen.replacement.get(kind.implicitId)?.includes(policy))
  if (deletion) api.DeletionPolicy = deletion
  if (replacement) api.UpdateReplacePolicy = replacement
}

function conditionPaths(template: Dict, kind: Kind, seen: Seen): void {
  for (const [id, api] of entriesOf(template.Resources as Dict)) {
    if (api.Type !== kind.type || !truthy(api.Properties?.__MANAGE_SWAGGER)) continue
    put(api.Properties, 'DefinitionBody', kind.edit(api.Properties.DefinitionBody, editor => {
      for (const path of keysOf(editor.paths)) {
        const conditions = commonConditions([...seen.conditions.get(id)?.get(path)?.values() ?? []])
        if (conditions.length === 0) continue
        const name = `${id}${path.replaceAll('/', 'SLASH').replaceAll('{', 'OB').replaceAll('}', 'CB')}PathCondition`
        if (conditions.length === 1) makePathConditional(editor, path, conditions[0])
        else put(editor.paths, path, conditional(combine(template, name, conditions), editor.paths[path]))
      }
    }))
  }
}
