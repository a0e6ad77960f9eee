import { invalidResource } from '../errors.ts'
import { isIntrinsic } from '../intrinsics.ts'
import { badDefinition, isOpenApi3, mustBeDict, pathItem } from '../openapi/editor.ts'
import { addCustomStatements, addResourcePolicy } from '../openapi/resource-policy.ts'
import {
  addApiKeyDefinition, addCors, addExecuteEndpoint, addModels, isSwagger, openSwagger, setDefaultApiKey, setDefaultAuthorizer, swaggerOf,
} from '../openapi/swagger.ts'
import type { Swagger } from '../openapi/swagger.ts'
import { drop, entriesOf, fromTemplate, isDict, keysOf, pyDict, pyStr, pyTypeName, put, shallowCopy, textFlag, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { readAuthorizers, securityDefinition } from './rest-authorizer.ts'

/** An API whose definition is being completed by its other properties. */
export interface RestWork { sam: Sam, id: string, properties: Dict, body: Value }

const authProperties = [
  'Authorizers', 'DefaultAuthorizer', 'InvokeRole', 'AddDefaultAuthorizerToCorsPreflight', 'AddApiKeyRequiredToCorsPreflight', 'ApiKeyRequired',
  'ResourcePolicy', 'UsagePlan',
]
const corsProperties = ['AllowMethods', 'AllowHeaders', 'AllowOrigin', 'MaxAge', 'AllowCredentials']

export function completeCors(work: RestWork): void {
  const cors = work.properties.Cors
  if (!truthy(cors)) return
  const refuse = (text: string) => invalidResource(work.id, text)
  if (!truthy(work.body)) throw refuse("Cors works only with inline Swagger specified in 'DefinitionBody' property.")
  const isWhole = typeof cors === 'string' || isIntrinsic(cors)
  if (!isWhole && !isDict(cors)) throw refuse("Invalid value for 'Cors' property")
  const unknown = isWhole ? undefined : keysOf(cors).find(key => !corsProperties.includes(key))
  if (unknown) throw refuse(`Invalid key '${unknown}' for 'Cors' property.`)
  if (!isSwagger(work.body)) throw refuse("Unable to add Cors configuration because 'DefinitionBody' does not contain a valid Swagger definition.")
  const settings: Dict = isWhole ? { AllowOrigin: cors } : cors
  const hasOrigin = Object.hasOwn(settings, 'AllowOrigin')
  const origin = hasOrigin ? settings.AllowOrigin : "'*'"
  if (settings.AllowCredentials === true && origin === "'*'") {
    throw refuse('Unable to add Cors configuration because \'AllowCredentials\' can not be true when \'AllowOrigin\' is "\'*\'" or not set')
  }
  const editor = openSwagger(work.body)
  const done = new Set<string>()
  for (const path of keysOf(editor.paths)) {
    const normalized = path === '/' ? path : path.replace(/\/+$/, '')
    if (done.has(normalized)) continue
    done.add(normalized)
    if (!truthy(origin)) throw refuse('Structure of the SAM template is invalid. Invalid input. Value for AllowedOrigins is required')
    addCors(editor, path, {
      origin, headers: settings.AllowHeaders, methods: settings.AllowMethods, maxAge: settings.MaxAge, credentials: settings.AllowCredentials === true,
      originFlag: isWhole ? textFlag(work.properties, 'Cors') : hasOrigin ? textFlag(cors, 'AllowOrigin') : '',
    })
  }
  work.body = swaggerOf(editor)
}

export function completeAuth(work: RestWork): void {
  const auth = work.properties.Auth
  if (!truthy(auth)) return
  if (!truthy(work.body)) throw invalidResource(work.id, "Auth works only with inline Swagger specified in 'DefinitionBody' property.")
  if (!keysOf(auth).every(key => authProperties.includes(key))) throw invalidResource(work.id, "Invalid value for 'Auth' property")
  if (!isSwagger(work.body)) {
    throw invalidResource(work.id, "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.")
  }
  const editor = openSwagger(work.body)
  addAuthorizers(work, editor, auth)
  if (truthy(auth.ApiKeyRequired)) {
    addApiKeyDefinition(editor)
    const withPreflight = Object.hasOwn(auth, 'AddApiKeyRequiredToCorsPreflight') ? truthy(auth.AddApiKeyRequiredToCorsPreflight) : true
    for (const path of keysOf(editor.paths)) setDefaultApiKey(editor, path, withPreflight)
  }
  if (truthy(auth.ResourcePolicy)) {
    mustBeDict(auth.ResourcePolicy, 'ResourcePolicy must be a map (ResourcePolicyStatement).')
    for (const path of keysOf(editor.paths)) {
      addResourcePolicy(editor, auth.ResourcePolicy, path, work.properties.StageName, textFlag(work.properties, 'StageName'))
    }
    if (truthy(auth.ResourcePolicy.CustomStatements)) addCustomStatements(editor, auth.ResourcePolicy.CustomStatements)
  }
  work.body = asOpenApi(work, swaggerOf(editor))
}

function addAuthorizers(work: RestWork, editor: Swagger, auth: Dict): void {
  const authorizers = readAuthorizers(work.id, auth.Authorizers, auth.DefaultAuthorizer)
  if (!authorizers || authorizers.length === 0) return
  if (!isDict(editor.securityDefinitions)) throw badTemplate('securityDefinitions must be a dictionary.')
  for (const authorizer of authorizers) put(editor.securityDefinitions, authorizer.name, securityDefinition(work.id, authorizer, work.sam.partition), 'k')
  const chosen = auth.DefaultAuthorizer
  if (!truthy(chosen)) return
  if (typeof chosen !== 'string') throw invalidResource(work.id, 'DefaultAuthorizer is not a string.')
  const found = authorizers.findLast(each => each.name === chosen)
  if (!found && chosen !== 'AWS_IAM') throw invalidResource(work.id, `Unable to set DefaultAuthorizer because '${chosen}' was not defined in 'Authorizers'.`)
  const withPreflight = Object.hasOwn(auth, 'AddDefaultAuthorizerToCorsPreflight') ? truthy(auth.AddDefaultAuthorizerToCorsPreflight) : true
  for (const path of keysOf(editor.paths)) setDefaultAuthorizer(editor, path, chosen, found?.scopes, authorizers.map(each => each.name), withPreflight)
}

const badTemplate = (text: string): Error => badDefinition(text).causes[0]!

export function completeGatewayResponses(work: RestWork): void {
  const responses = work.properties.GatewayResponses
  if (!truthy(responses)) return
  const refuse = (text: string) => invalidResource(work.id, text)
  if (!truthy(work.body)) throw refuse("GatewayResponses works only with inline Swagger specified in 'DefinitionBody' property.")
  for (const [type, response] of entriesOf(responses)) {
    if (isIntrinsic(response)) throw refuse('Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.')
    if (!isDict(response)) throw refuse(`Invalid property type '${typeNameOf(response)}' for GatewayResponses. Expected an object of type 'GatewayResponse'.`)
    for (const key of keysOf(response)) {
      if (!['ResponseParameters', 'ResponseTemplates', 'StatusCode'].includes(key)) {
        throw refuse(`Invalid property '${key}' in 'GatewayResponses' property '${type}'.`)
      }
    }
  }
  if (!isSwagger(work.body)) throw refuse("Unable to add Auth configuration because 'DefinitionBody' does not contain a valid Swagger definition.")
  const editor = openSwagger(work.body)
  const read = entriesOf(responses).map(([type, response]): [string, Dict] => [type, checkResponse(work, type, response)])
  const ordered = pyDict()
  for (const [type, response] of read) put(ordered, type, response, 'k')
  for (const [type, response] of entriesOf(ordered)) put(editor.gatewayResponses, type, gatewayResponse(work, response), 'k')
  work.body = swaggerOf(editor)
}

const typeNameOf = (value: Value): string => typeof value === 'string' ? 'Py27UniStr' : pyTypeName(value)

function checkResponse(work: RestWork, type: string, response: Dict): Dict {
  const parameters = response.ResponseParameters
  if (truthy(parameters)) {
    expectResource(parameters, work.id, `GatewayResponses.${type}.ResponseParameters`, 'map')
    const unknown = keysOf(parameters).find(key => !['Headers', 'Paths', 'QueryStrings'].includes(key))
    if (unknown) throw invalidResource(work.id, `Invalid gateway response parameter '${unknown}'`)
  }
  const status = response.StatusCode
  if (truthy(status) && !/^[0-9]{1,3}$/.test(pyStr(status))) throw invalidResource(work.id, "Property 'StatusCode' must be numeric")
  return response
}

function gatewayResponse(work: RestWork, response: Dict): Dict {
  const parameters = truthy(response.ResponseParameters) ? response.ResponseParameters : pyDict()
  const prefixed = pyDict()
  for (const [property, prefix] of [['Headers', 'header.'], ['Paths', 'path.'], ['QueryStrings', 'querystring.']] as const) {
    const values = Object.hasOwn(parameters, property) ? parameters[property] : {}
    expectResource(values, work.id, `ResponseParameters.${property}`, 'map')
    for (const [key, value] of entriesOf(values)) put(prefixed, `gatewayresponse.${prefix}${key}`, value, `k${textFlag(values, key)}` as 'k')
  }
  const result = pyDict({ responseParameters: prefixed, responseTemplates: truthy(response.ResponseTemplates) ? response.ResponseTemplates : pyDict() })
  const status = response.StatusCode
  if (status !== undefined && status !== null && pyStr(status) !== '') put(result, 'statusCode', pyStr(status))
  return result
}

export function completeMediaTypes(work: RestWork): void {
  const types = work.properties.BinaryMediaTypes
  if (!truthy(types) || !truthy(work.body)) return
  const editor = openSwagger(work.body)
  put(editor.document, 'x-amazon-apigateway-binary-media-types', fromTemplate(withSlashes(types)))
  work.body = swaggerOf(editor)
}

function withSlashes(value: Value): Value {
  if (typeof value === 'string') return value.replaceAll('~1', '/')
  if (Array.isArray(value)) return value.map(withSlashes)
  return isDict(value) ? Object.fromEntries(entriesOf(value).map(([key, item]) => [key.replaceAll('~1', '/'), withSlashes(item)])) : value
}

export function completeModels(work: RestWork): void {
  const models = work.properties.Models
  if (!truthy(models)) return
  if (!truthy(work.body)) throw invalidResource(work.id, "Models works only with inline Swagger specified in 'DefinitionBody' property.")
  if (!isSwagger(work.body)) {
    throw invalidResource(work.id, "Unable to add Models definitions because 'DefinitionBody' does not contain a valid Swagger definition.")
  }
  if (!Object.values(models).every(isDict)) throw invalidResource(work.id, "Invalid value for 'Models' property")
  const editor = openSwagger(work.body)
  addModels(editor, models)
  work.body = asOpenApi(work, swaggerOf(editor))
}

export function completeEndpoint(work: RestWork): void {
  const disabled = work.properties.DisableExecuteApiEndpoint
  if (disabled === undefined || disabled === null) return
  if (!truthy(work.body)) throw invalidResource(work.id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.")
  const editor = openSwagger(work.body)
  addExecuteEndpoint(editor, disabled)
  work.body = swaggerOf(editor)
}

/** Moves what OpenAPI 3 calls otherwise than Swagger 2, where the definition is of version 3. */
export function asOpenApi(work: RestWork, body: Dict): Dict {
  if (body.swagger !== undefined && body.swagger !== null) return body
  const asked = work.properties.OpenApiVersion
  const isOwn = work.sam.toggles('normalized_open_api_version') ? Object.hasOwn(body, 'openapi') : (asked ?? undefined) === undefined
  const version = isOwn ? body.openapi : asked
  if (!truthy(version) || !isOpenApi3(version)) return body
  for (const [from, to] of [['securityDefinitions', 'securitySchemes'], ['definitions', 'schemas']] as const) {
    if (!truthy(body[from])) continue
    const components = truthy(body.components) ? body.components : pyDict()
    put(components, to, body[from])
    put(body, 'components', components)
    drop(body, from)
  }
  if (truthy(body.paths)) preflightAsOpenApi(mustBeDict(body.paths, 'Value of paths must be a dictionary according to Swagger spec.'))
  return body
}

function preflightAsOpenApi(paths: Dict): void {
  for (const [path, item] of entriesOf(paths)) {
    const options = pathItem(item, path).options
    if (!truthy(options)) continue
    mustBeDict(options, `Value of options method for path ${path} must be a dictionary according to Swagger spec.`)
    for (const [field, value] of entriesOf(shallowCopy(options))) {
      if (field === 'produces' || field === 'consumes') drop(options, field)
      if (field !== 'responses') continue
      const headers = headersOf(value, path)
      if (!truthy(headers)) continue
      mustBeDict(headers, `Value of response's headers in options method for path ${path} must be a dictionary according to Swagger spec.`)
      for (const [header, schema] of entriesOf(headers)) {
        const wrapped = pyDict()
        put(wrapped, 'schema', schema)
        headers[header] = wrapped
      }
    }
  }
}

function headersOf(responses: Value, path: string): Value {
  const bad = (text: string) => badDefinition(`Invalid responses in options method for path ${path}: ${text}.`)
  if (responses === undefined || responses === null) return undefined
  if (!isDict(responses)) throw bad('It should be a map')
  const success = responses['200']
  if (success === undefined || success === null) return undefined
  if (!isDict(success)) throw bad("The value of '200' should be a map")
  return success.headers
}

