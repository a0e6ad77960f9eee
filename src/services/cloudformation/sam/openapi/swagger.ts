import { ref } from '../intrinsics.ts'
import { deepCopy, entriesOf, isDict, keysOf, pyDict, pyRepr, put, putDefault, textsFromTemplate, truthy, update } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import {
  addPath, anyMethod, badDefinition, branches, conditionalFromTemplate, definitionsOf, integrationKey, isIntegrated, isOpenApi3, methodName, methodsOf,
  mustBeDict, pathItem, securityOf,
} from './editor.ts'
import type { Editor } from './editor.ts'

/** A REST API's definition under change. */
export interface Swagger extends Editor { securityDefinitions: Dict, gatewayResponses: Dict, policy: Dict, definitions: Value }

const gatewayResponsesKey = 'x-amazon-apigateway-gateway-responses'
export const policyKey = 'x-amazon-apigateway-policy'
const notMethods = ['summary', 'description', 'parameters']

export function swaggerSkeleton(): Dict {
  const info = pyDict({ version: '1.0', title: ref('AWS::StackName') })
  return pyDict({ swagger: '2.0', info, paths: pyDict() })
}

export function isSwagger(body: Value): boolean {
  if (!truthy(body) || !isDict(body) || !isDict(body.paths)) return false
  return truthy(body.swagger) || (truthy(body.openapi) && isOpenApi3(body.openapi))
}

export function openSwagger(body: Value): Swagger {
  if (!isSwagger(body)) throw badDefinition("Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.")
  const document = deepCopy(body)
  const orNew = (value: Value): Value => truthy(value) ? value : pyDict()
  const editor = {
    document, paths: document.paths, securityDefinitions: orNew(document.securityDefinitions), gatewayResponses: orNew(document[gatewayResponsesKey]),
    policy: orNew(document[policyKey]), definitions: Object.hasOwn(document, 'definitions') ? document.definitions : pyDict(),
  }
  for (const path of keysOf(editor.paths)) for (const item of branches(editor.paths[path])) pathItem(item, path)
  return editor
}

export function swaggerOf(editor: Swagger): Dict {
  const { document } = editor
  document.paths = editor.paths
  if (truthy(editor.securityDefinitions)) put(document, 'securityDefinitions', editor.securityDefinitions)
  if (truthy(editor.gatewayResponses)) put(document, gatewayResponsesKey, editor.gatewayResponses)
  if (truthy(editor.definitions)) put(document, 'definitions', editor.definitions)
  return deepCopy(document)
}

export interface LambdaIntegration { uri: Dict, methodAuth: Dict, apiAuth: Dict, condition: Value, partition: string, mode: Value }

export function addLambdaIntegration(editor: Swagger, path: string, rawMethod: string, options: LambdaIntegration): void {
  addIntegration(editor, path, rawMethod, { ...options, what: 'Lambda integration', type: 'aws_proxy' }, (integration, definition) => {
    if (options.mode === 'RESPONSE_STREAM') put(integration, 'responseTransferMode', 'STREAM')
    const credentials = iamCredentials(options)
    if (credentials) put(integration, 'credentials', credentials.value, credentials.flag)
    putDefault(definition, 'responses', pyDict())
  })
}

interface Integration { what: string, type: 'aws' | 'aws_proxy', uri: Dict, condition: Value }

/** Adds what invokes something at a method of a path, in each branch of the path's conditions; `fill` adds what is of its own kind. */
function addIntegration(
  editor: Swagger, path: string, rawMethod: string, { what, type, uri, condition }: Integration, fill: (integration: Dict, definition: Dict) => void,
): void {
  const method = methodName(rawMethod)
  if (isIntegrated(editor, path, method)) throw badDefinition(`${what} already exists on Path=${path}, Method=${method}`)
  addPath(editor, path, method)
  const target = condition ? conditionalFromTemplate(condition, uri) : uri
  for (const item of branches(editor.paths[path])) {
    const definition = pathItem(item, path)[method]
    const integration = pyDict()
    put(definition, integrationKey, integration)
    put(integration, 'type', type)
    put(integration, 'httpMethod', 'POST')
    put(integration, 'uri', target)
    fill(integration, definition)
    if (condition) put(item, method, conditionalFromTemplate(condition, definition))
  }
}

/** With IAM authorization the caller's own credentials invoke the function, unless a role is named, or NONE. */
function iamCredentials({ methodAuth, apiAuth, partition }: LambdaIntegration): { value: Value, flag: 'v' | '' } | undefined {
  if (methodAuth.Authorizer !== 'AWS_IAM' && !(apiAuth.DefaultAuthorizer === 'AWS_IAM' && !truthy(methodAuth))) return undefined
  const roleOf = (auth: Dict): Value => truthy(auth.InvokeRole) ? auth.InvokeRole : Object.hasOwn(auth, 'InvokeRole') ? 'NONE' : undefined
  const role = roleOf(methodAuth) || roleOf(apiAuth)
  if (role === 'NONE') return undefined
  return role && role !== 'CALLER_CREDENTIALS' ? { value: role, flag: 'v' } : { value: `arn:${partition}:iam::*:user/*`, flag: '' }
}

export function addStateMachineIntegration(
  editor: Swagger, path: string, rawMethod: string, options: { uri: Dict, credentials: Value, templates: Dict, condition: Value }
): void {
  addIntegration(editor, path, rawMethod, { ...options, what: 'Integration', type: 'aws' }, (integration, definition) => {
    put(integration, 'responses', statuses({ statusCode: '200' }, { statusCode: '400' }))
    put(integration, 'credentials', options.credentials)
    putDefault(definition, 'responses', statuses({ description: 'OK' }, { description: 'Bad Request' }))
    update(integration, { requestTemplates: options.templates })
  })
}

const statuses = (ok: Dict, bad: Dict): Dict => pyDict({ 200: pyDict(ok), 400: pyDict(bad) })

export interface Cors { origin: Value, headers: Value, methods: Value, maxAge: Value, credentials: boolean, originFlag: 'v' | '' }

export function addCors(editor: Swagger, path: string, cors: Cors): void {
  let { methods } = cors
  let methodsFlag: 'v' | '' = 'v'
  for (const item of branches(editor.paths[path])) {
    if (Object.hasOwn(pathItem(item, path), 'options')) continue
    if (!truthy(methods)) {
      const names = Object.hasOwn(item, anyMethod)
        ? ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']
        : [...keysOf(item), 'options'].map(name => name.toUpperCase())
      methods = `'${[...new Set(names)].sort().join(',')}'`
      methodsFlag = ''
    }
    put(item, 'options', preflight(cors, methods, methodsFlag))
  }
}

function preflight(cors: Cors, methods: Value, methodsFlag: 'v' | ''): Dict {
  const parameters = pyDict()
  const headers = pyDict()
  const allow = (name: string, value: Value, flag: 'v' | '', type = 'string') => {
    put(parameters, `method.response.header.Access-Control-${name}`, value, flag)
    put(headers, `Access-Control-${name}`, { type })
  }
  allow('Allow-Origin', cors.origin, cors.originFlag)
  if (truthy(cors.headers)) allow('Allow-Headers', cors.headers, 'v')
  if (truthy(methods)) allow('Allow-Methods', methods, methodsFlag)
  if (cors.maxAge !== undefined && cors.maxAge !== null) allow('Max-Age', cors.maxAge, 'v', 'integer')
  if (cors.credentials) allow('Allow-Credentials', "'true'", '')
  const response = pyDict({ statusCode: '200', responseParameters: parameters, responseTemplates: { 'application/json': '{}\n' } })
  const integration = pyDict({
    type: 'mock', requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' }, responses: pyDict({ default: response })
  })
  const success = pyDict({ description: 'Default response for CORS method', headers })
  return pyDict({
    summary: 'CORS support', consumes: ['application/json'], produces: ['application/json'], [integrationKey]: integration, responses: pyDict({ 200: success }),
  })
}

function addSecurityDefinition(editor: Swagger, name: string, definition: Dict): void {
  if (!isDict(editor.securityDefinitions)) throw badDefinition('securityDefinitions must be a dictionary.')
  if (!Object.hasOwn(editor.securityDefinitions, name)) update(editor.securityDefinitions, pyDict({ [name]: definition }))
}

const addIamDefinition = (editor: Swagger): void =>
  addSecurityDefinition(editor, 'AWS_IAM', pyDict({ 'x-amazon-apigateway-authtype': 'awsSigv4', type: 'apiKey', name: 'Authorization', in: 'header' }))
export const addApiKeyDefinition = (editor: Swagger): void =>
  addSecurityDefinition(editor, 'api_key', pyDict({ type: 'apiKey', name: 'x-api-key', in: 'header' }))

function setSecurity(editor: Swagger, definition: Dict, security: Dict[]): void {
  if (security.length === 0) return
  put(definition, 'security', security)
  if (isDict(security[0]) && Object.hasOwn(security[0], 'AWS_IAM')) addIamDefinition(editor)
}

/** The security entries of a method, apart: those that name one of the given, and the others. */
function divide(definition: Dict, path: string, method: string, names: Set<string>): { own: Dict[], others: Dict[] } {
  const own: Dict[] = []
  const others: Dict[] = []
  for (const entry of securityOf(definition, path, method)) {
    mustBeDict(entry, `${pyRepr(entry)} in Security for path ${path} method ${method} is not a valid dictionary.`);
    (keysOf(entry).some(key => names.has(key)) ? own : others).push(entry)
  }
  return { own, others }
}

export function setDefaultAuthorizer(editor: Swagger, path: string, authorizer: string, scopes: Value, names: string[], withPreflight: boolean): void {
  for (const [method, definition] of methodsOf(editor, path, notMethods)) {
    if (!withPreflight && method === 'options') continue
    const { own, others } = divide(definition, path, method, new Set(['AWS_IAM', ...names]))
    const none = others.findIndex(entry => Object.hasOwn(entry, 'NONE'))
    let chosen = own
    if (none >= 0) { others.splice(none, 1); chosen = [] } else if (own.length === 0) {
      const entry = pyDict()
      put(entry, authorizer, scopes ?? [], 'k')
      chosen = [entry]
    }
    setSecurity(editor, definition, [...others, ...chosen])
  }
}

export function setDefaultApiKey(editor: Swagger, path: string, withPreflight: boolean): void {
  for (const [method, definition] of methodsOf(editor, path, notMethods)) {
    const before = securityOf(definition, path, method)
    const { own, others } = divide(definition, path, method, new Set(['api_key', 'api_key_false']))
    const isRefused = own.some(entry => Object.hasOwn(entry, 'api_key_false'))
    const wanted = !isRefused && !(method === 'options' && !withPreflight)
    const security = [...others, ...wanted ? [pyDict({ api_key: [] })] : []]
    if (pyRepr(security) !== pyRepr(before)) put(definition, 'security', security)
  }
}

/** The authorizer and API key that a method's own Auth names. */
export function addMethodAuth(editor: Swagger, path: string, method: string, auth: Dict, apiAuth: Value): void {
  const name = auth.Authorizer
  const authorizers = isDict(apiAuth) ? apiAuth.Authorizers : undefined
  for (const definition of truthy(name) ? definitionsOf(editor, path, method) : []) {
    const entry = pyDict()
    put(entry, name, methodScopes(name, authorizers, auth.AuthorizationScopes), 'k')
    setSecurity(editor, definition, [...securityOf(definition, path, method), entry])
  }
  const required = auth.ApiKeyRequired
  for (const definition of required !== undefined && required !== null ? definitionsOf(editor, path, method) : []) {
    if (truthy(required)) addApiKeyDefinition(editor)
    put(definition, 'security', [...securityOf(definition, path, method), pyDict({ [truthy(required) ? 'api_key' : 'api_key_false']: [] })])
  }
}

function methodScopes(name: string, authorizers: Value, own: Value): Value {
  if (name === 'NONE' || !truthy(authorizers)) return []
  const authorizer = authorizers[name]
  if (authorizer === undefined || authorizer === null) return []
  if (!isDict(authorizer)) throw badDefinition(`Type of authorizer '${name}' must be a dictionary`)
  return own ?? authorizer.AuthorizationScopes ?? []
}

export function addRequestValidator(editor: Swagger, path: string, method: string, body: boolean, parameters: boolean): void {
  const name = body ? parameters ? 'body-and-params' : 'body-only' : parameters ? 'params-only' : 'no-validation'
  const key = 'x-amazon-apigateway-request-validators'
  if (!truthy(editor.document[key])) put(editor.document, key, pyDict())
  const validator = pyDict({ validateRequestBody: body, validateRequestParameters: parameters })
  if (!truthy(editor.document[key][name])) update(editor.document[key], pyDict({ [name]: validator }))
  for (const definition of definitionsOf(editor, path, method)) update(definition, pyDict({ 'x-amazon-apigateway-request-validator': name }))
}

export function addRequestModel(editor: Swagger, path: string, method: string, model: Dict): void {
  const name = model.Model.toLowerCase()
  const required = model.Required
  for (const definition of definitionsOf(editor, path, method)) {
    if (editor.document.swagger !== undefined && editor.document.swagger !== null) {
      const parameter = pyDict()
      put(parameter, 'in', 'body')
      put(parameter, 'name', name, 'v')
      put(parameter, 'schema', { $ref: `#/definitions/${name}` })
      if (required !== undefined && required !== null) put(parameter, 'required', required, 'v')
      put(definition, 'parameters', [...definition.parameters ?? [], parameter])
    } else if (truthy(editor.document.openapi) && isOpenApi3(editor.document.openapi)) {
      const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
      put(definition, 'requestBody', { content, ...required !== undefined && required !== null ? { required } : {} })
    }
  }
}

export function addRequestParameters(editor: Swagger, path: string, method: string, wanted: { name: string, required: Value, caching: Value }[]): void {
  for (const definition of definitionsOf(editor, path, method)) {
    const parameters = [...definition.parameters ?? []]
    for (const { name, required, caching } of wanted) {
      const short = name.replaceAll('method.request.', '')
      const location = short.slice(0, short.indexOf('.'))
      const parameter = pyDict()
      put(parameter, 'in', location === 'querystring' ? 'query' : location, location === 'querystring' ? '' : 'v')
      put(parameter, 'name', short.slice(short.indexOf('.') + 1), 'v')
      put(parameter, 'required', required)
      put(parameter, 'type', 'string')
      parameters.push(parameter)
      if (!truthy(caching)) continue
      const integration = definition[integrationKey]
      put(integration, 'cacheKeyParameters', textsFromTemplate([...integration.cacheKeyParameters ?? [], name]))
    }
    put(definition, 'parameters', parameters)
  }
}

export function addModels(editor: Swagger, models: Dict): void {
  if (!truthy(editor.definitions)) editor.definitions = pyDict()
  for (const [name, schema] of entriesOf(models)) {
    if (!truthy(schema.type)) throw badDefinition("'Models' schema is missing 'type'.")
    put(editor.definitions, name.toLowerCase(), schema, 'k')
  }
}

export function addExecuteEndpoint(editor: Swagger, disabled: Value): void {
  const key = 'x-amazon-apigateway-endpoint-configuration'
  const set = (dict: Dict, where: string) => {
    if (!isDict(dict)) throw badDefinition(`Invalid OpenAPI definition${where}: It should be a map.`)
    const configuration = putDefault(dict, key, {})
    if (!isDict(configuration)) throw badDefinition(`Invalid OpenAPI definition${where}: The value of '${key}' should be a map.`)
    put(configuration, 'disableExecuteApiEndpoint', disabled)
  }
  const { document } = editor
  if (!truthy(document.openapi) || !isOpenApi3(document.openapi)) return set(document, '')
  const servers = Object.hasOwn(document, 'servers') ? document.servers : [pyDict()]
  servers.forEach((server: Dict, index: number) => set(server, ` of 'servers[${index}]'`))
  put(document, 'servers', servers)
}

