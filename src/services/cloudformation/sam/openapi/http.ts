import { isIntrinsic, ref } from '../intrinsics.ts'
import { deepCopy, entriesOf, equal, isDict, pyDict, pyJson, pyStr, pyTypeName, put, putDefault, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import {
  addPath, anyMethod, badDefinition, branches, conditionalFromTemplate, definitionsOf, hasIntegration, integrationKey, isIntegrated, isOpenApi3, methodItem,
  methodName, mustBeDict,
  pathItem, securityOf,
} from './editor.ts'
import type { Editor } from './editor.ts'

/** An HTTP API's definition under change. */
export interface OpenApi extends Editor { securitySchemes: Dict, tags: Value, info: Dict }

export const defaultPath = '$default'
export const defaultTitle = ref('AWS::StackName')

export const openApiSkeleton = (): Dict => pyDict({ openapi: '3.0.1', info: pyDict({ version: '1.0', title: ref('AWS::StackName') }), paths: pyDict() })

export const isOpenApi = (body: Value): boolean => truthy(body) && isDict(body) && isDict(body.paths) && truthy(body.openapi) && isOpenApi3(body.openapi)

export function openOpenApi(body: Value): OpenApi {
  if (!isOpenApi(body)) throw badDefinition("Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.")
  const document = deepCopy(body)
  const components = document.components
  if (components !== undefined && components !== null && !isDict(components)) {
    throw badDefinition("Invalid OpenApi document: The value of 'components' should be a map")
  }
  const schemes = components?.securitySchemes
  return {
    document, paths: document.paths, securitySchemes: truthy(schemes) ? schemes : pyDict(), tags: truthy(document.tags) ? document.tags : [],
    info: truthy(document.info) ? document.info : pyDict(),
  }
}

export function openApiOf(editor: OpenApi): Dict {
  const { document } = editor
  put(document, 'paths', editor.paths)
  if (truthy(editor.tags)) put(document, 'tags', editor.tags)
  if (truthy(editor.securitySchemes)) {
    if (!truthy(document.components)) put(document, 'components', pyDict())
    put(document.components, 'securitySchemes', editor.securitySchemes)
  }
  if (truthy(editor.info)) put(document, 'info', editor.info)
  return deepCopy(document)
}

/** Whether the path's method is integrated with exactly this function. */
export function integratesFunction(editor: OpenApi, path: string, method: string, id: string): boolean {
  if (!isIntegrated(editor, path, method)) return false
  for (const definition of definitionsOf(editor, path, method, true)) {
    const integration = mustBeDict(definition[integrationKey] ?? {}, `Value of '${integrationKey}' must be a dictionary according to Swagger spec.`)
    if (!isDict(integration.uri)) return false
    for (const uri of branches(integration.uri)) {
      const match = /([A-Za-z0-9]+)\.Arn/.exec(typeof uri['Fn::Sub'] === 'string' ? uri['Fn::Sub'] : '')
      if (match?.[1] !== id) return false
    }
  }
  return true
}

export function addHttpIntegration(editor: OpenApi, path: string, rawMethod: string, uri: Dict, condition: Value): void {
  const method = methodName(rawMethod)
  if (isIntegrated(editor, path, method)) return
  addPath(editor, path, method)
  for (const item of branches(editor.paths[path])) {
    if (pathItem(item, path)[method] === null) put(item, method, pyDict())
    const definition = item[method]
    put(definition, integrationKey, pyDict({
      type: 'aws_proxy', httpMethod: 'POST', payloadFormatVersion: '2.0', uri: condition ? conditionalFromTemplate(condition, uri) : uri,
    }))
    if (path === defaultPath && method === anyMethod) put(definition, 'isDefaultRoute', true)
    putDefault(definition, 'responses', pyDict())
    if (condition) put(item, method, conditionalFromTemplate(condition, definition))
  }
}

export function addPathParameters(editor: OpenApi, path: string, method: string, names: string[]): void {
  for (const definition of definitionsOf(editor, path, method)) {
    const parameters: Dict[] = putDefault(definition, 'parameters', [])
    for (const name of names) {
      const found = parameters.find(parameter => parameter.name === name)
      if (found) { put(found, 'in', 'path'); put(found, 'required', true) } else {
        const parameter = pyDict()
        put(parameter, 'name', name, 'v')
        put(parameter, 'in', 'path')
        put(parameter, 'required', true)
        parameters.push(parameter)
      }
    }
  }
}

export function setPayloadVersion(editor: OpenApi, path: string, method: string, version: Value): void {
  for (const definition of definitionsOf(editor, path, method)) put(definition[integrationKey], 'payloadFormatVersion', version)
}

export function setHttpDefaultAuthorizer(editor: OpenApi, path: string, authorizer: string, scopes: Value): void {
  for (const item of branches(editor.paths[path])) {
    for (const [name, method] of entriesOf(pathItem(item, path))) {
      const normalized = methodName(name)
      if (normalized === 'parameters' || normalized === 'options') continue
      if (!Object.hasOwn(item, normalized)) throw badDefinition(`Could not find ${normalized} in ${path} within DefinitionBody.`)
      for (const definition of branches(method)) {
        if (!hasIntegration(methodItem(definition, path, name)) || truthy(definition.security)) continue
        put(definition, 'security', [{ [authorizer]: scopes ?? [] }])
      }
    }
  }
}

export function addHttpMethodAuth(editor: OpenApi, path: string, method: string, auth: Dict, authorizers: Value): void {
  const name = auth.Authorizer
  if (!truthy(name)) return
  for (const definition of definitionsOf(editor, path, method)) {
    let scopes: Value = []
    if (name !== 'NONE' && name !== 'AWS_IAM') {
      const authorizer = authorizers[name]
      if (!isDict(authorizer)) throw badDefinition(`Type of authorizer '${name}' must be a dictionary`)
      const chosen = truthy(auth.AuthorizationScopes) ? auth.AuthorizationScopes : authorizer.AuthorizationScopes
      if (truthy(authorizer) && truthy(chosen)) scopes = chosen
    }
    put(definition, 'security', [...securityOf(definition, path, method), { [name]: scopes }])
  }
}

export function addTags(editor: OpenApi, tags: Dict): void {
  for (const [name, value] of entriesOf(tags)) {
    if (!Array.isArray(editor.tags)) {
      throw badDefinition(`Tags in OpenApi DefinitionBody needs to be a list. ${pyStr(editor.tags)} is a ${pyTypeName(editor.tags)} not a list.`)
    }
    const found = editor.tags.find((tag: Dict) => tag.name === name)
    if (found) put(found, 'x-amazon-apigateway-tag-value', value)
    else editor.tags.push(pyDict({ name, 'x-amazon-apigateway-tag-value': value }))
  }
}

export function addHttpEndpoint(editor: OpenApi, disabled: Value): void {
  const key = 'x-amazon-apigateway-endpoint-configuration'
  const servers = Object.hasOwn(editor.document, 'servers') ? editor.document.servers : [pyDict()]
  for (const server of servers) {
    mustBeDict(server, "Value of 'servers' item must be a dictionary according to Swagger spec.")
    put(server, key, { ...server[key], disableExecuteApiEndpoint: disabled })
  }
  put(editor.document, 'servers', servers)
}

const corsNames: Record<string, string> = {
  AllowOrigins: 'allowOrigins', AllowHeaders: 'allowHeaders', AllowMethods: 'allowMethods', ExposeHeaders: 'exposeHeaders', MaxAge: 'maxAge',
  AllowCredentials: 'allowCredentials',
}

export function addHttpCors(editor: OpenApi, cors: Dict): void {
  const key = 'x-amazon-apigateway-cors'
  const configuration = mustBeDict(
    Object.hasOwn(editor.document, key) ? editor.document[key] : {}, `Value of '${key}' must be a dictionary according to Swagger spec.`
  )
  if (truthy(cors.AllowOrigins) && isIntrinsic(cors.AllowOrigins)) {
    // The whole configuration is a function: its member names are rewritten wherever they stand.
    const text = Object.entries(corsNames).reduce((json, [from, to]) => json.replaceAll(from, to), pyJson(cors.AllowOrigins))
    for (const [name, value] of Object.entries(JSON.parse(text))) put(configuration, name, value)
  } else {
    for (const [name, short] of Object.entries(corsNames)) {
      const value = cors[name]
      const wanted = name === 'MaxAge' ? value !== undefined && value !== null : name === 'AllowCredentials' ? value === true : truthy(value)
      if (wanted) put(configuration, short, value)
    }
  }
  put(editor.document, key, configuration)
}

export const hasDefaultTitle = (title: Value): boolean => equal(title, defaultTitle)

