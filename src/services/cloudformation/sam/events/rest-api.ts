import { invalidEvent, invalidResource } from '../errors.ts'
import { dataHash, isAlphanumeric } from '../ids.ts'
import { getAtt, resolveParameters, shorthand, sub } from '../intrinsics.ts'
import { addTimeout, isIntegrated, methodName } from '../openapi/editor.ts'
import { addCustomStatements, addResourcePolicy, pathPattern } from '../openapi/resource-policy.ts'
import {
  addLambdaIntegration, addMethodAuth, addRequestModel, addRequestParameters, addRequestValidator, addStateMachineIntegration, openSwagger, swaggerOf,
  swaggerSkeleton,
} from '../openapi/swagger.ts'
import type { Swagger } from '../openapi/swagger.ts'
import { isDict, iterated, keysOf, put, pyDict, pyJson, pyStr, shallowCopy, textFlag, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectAttribute, expectEvent, expectResource } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam, Target } from '../scope.ts'
import { permission } from './event.ts'
import type { Event, EventContext, EventType } from './event.ts'
import { startRole } from './rules.ts'

interface Api { id: string, properties: Dict, stage: Value, stageFlag: 'v' | '' }

export const idOfReference = (reference: Value): Value => isDict(reference) && 'Ref' in reference ? reference.Ref : reference

/** The API that the event belongs to, in the same template. */
function apiOf(sam: Sam, event: Event): Api {
  const id = idOfReference(event.properties.RestApiId)
  if (typeof id !== 'string') return { id, properties: {}, stage: 'AllStages', stageFlag: '' }
  const resource = expectEvent(
    sam.source.Resources[id], event.name, 'RestApiId', 'map', 'RestApiId property of Api event must reference a valid resource in the same template.'
  )
  const properties = expectAttribute(resource.Properties ?? {}, id, 'Properties', 'map')
  const stage = properties.StageName
  if (stage === '') throw invalidResource(id, 'StageName cannot be empty.')
  return typeof stage === 'string' ? { id, properties, stage, stageFlag: textFlag(properties, 'StageName') } : { id, properties, stage: 'Stage', stageFlag: '' }
}

/** The integration URI of a function; its text is the template's where it names the function itself, and not an alias. */
export function integrationUri(target: Target, partition: string, mode?: Value): Dict {
  const [version, action] = mode === 'RESPONSE_STREAM' ? ['2021-11-15', 'response-streaming-invocations'] : ['2015-03-31', 'invocations']
  const uri = pyDict()
  const text = `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/${version}/functions/${shorthand(target.arn)}/${action}`
  put(uri, 'Fn::Sub', text, 'Fn::GetAtt' in target.arn ? 'v' : '')
  return uri
}

export const permissionId = (id: string, suffix: string): string => `${id}Permission${isAlphanumeric(suffix) ? suffix : dataHash(suffix)}`

function invokePermission({ sam, target }: EventContext, event: Event, stage: string): Generated {
  const path = pathPattern(event.properties.Path.replace(/^(.+)\/$/, '$1'))
  const method = event.properties.Method === 'any' ? '*' : event.properties.Method.toUpperCase()
  const SourceArn = sub(`arn:${sam.partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}/${method}${path}`,
    { __ApiId__: event.properties.RestApiId, __Stage__: '*' })
  return permission(target, permissionId(event.id, stage), 'apigateway.amazonaws.com', { SourceArn })
}

function restApi(context: EventContext, event: Event): Generated[] {
  const { sam } = context
  event.properties = { ...event.properties, Method: event.properties.Method.toLowerCase() }
  const api = apiOf(sam, event)
  const result = invokePermission(context, event, api.stage)
  const { properties } = api
  if (truthy(properties.__MANAGE_SWAGGER) || truthy(properties.MergeDefinitions)) integrate(context, event, api)
  const auth = event.properties.Auth
  if (truthy(properties.DefinitionBody) && truthy(auth) && truthy(auth.OverrideApiAuth)) {
    if (!truthy(auth.Authorizer) && !truthy(auth.ApiKeyRequired) && !truthy(auth.ResourcePolicy)) {
      throw invalidEvent(event.name, 'Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the OverrideApiAuth property.')
    }
    const editor = openSwagger(properties.DefinitionBody)
    addAuth(sam, event, api, editor)
    put(properties, 'DefinitionBody', swaggerOf(editor))
  }
  return [result]
}

const definedTwice = (event: Event) =>
  invalidEvent(event.name, `API method "${event.properties.Method}" defined multiple times for path "${event.properties.Path}".`)

function integrate({ sam, target }: EventContext, event: Event, api: Api): void {
  const { Path, Method, Auth, TimeoutInMillis, ResponseTransferMode, RequestModel, RequestParameters } = event.properties
  const body = api.properties.DefinitionBody
  if (body === undefined || body === null) return
  const merging = truthy(api.properties.MergeDefinitions)
  const uri = integrationUri(target, sam.partition, ResponseTransferMode)
  const editor = openSwagger(merging ? swaggerSkeleton() : body)
  if (isIntegrated(editor, Path, Method)) throw definedTwice(event)
  const methodAuth = expectEvent(truthy(Auth) ? Auth : pyDict(), event.name, 'Auth', 'map')
  const apiAuth = expectResource(truthy(api.properties.Auth) ? api.properties.Auth : pyDict(), api.id, 'Auth', 'map')
  addLambdaIntegration(
    editor, Path, Method, { uri, methodAuth, apiAuth, condition: target.attributes.Condition, partition: sam.partition, mode: ResponseTransferMode }
  )
  if (truthy(Auth)) addAuth(sam, event, api, editor)
  if (truthy(TimeoutInMillis)) addTimeout(editor, Path, Method, TimeoutInMillis)
  if (truthy(RequestModel)) requestModel(event, api, editor)
  if (truthy(RequestParameters)) addRequestParameters(editor, Path, Method, requestParameters(event))
  put(api.properties, 'DefinitionBody', merging ? merged(event, api, editor) : swaggerOf(editor))
}

/** The user's definition with the generated method laid over its own. */
function merged(event: Event, api: Api, editor: Swagger): Dict {
  const { Path, Method } = event.properties
  const body = shallowCopy(api.properties.DefinitionBody)
  const paths = truthy(body.paths) ? body.paths : {}
  const mapError = (where: string) => invalidResource(api.id, `Property 'DefinitionBody' is invalid: The value of '${where}' should be a map`)
  if (!isDict(paths)) throw invalidResource(api.id, "Property 'DefinitionBody' is invalid: It should be a map")
  if (truthy(paths[Path]) && !isDict(paths[Path])) throw mapError(Path)
  const own = expectResource(truthy(paths[Path]?.[Method]) ? paths[Path][Method] : {}, api.id, `DefinitionBody.paths.${Path}.${Method}`, 'map')
  const generated = swaggerOf(editor).paths[Path][methodName(Method)]
  const result: Dict = {}
  for (const source of [own, generated]) {
    for (const key of keysOf(source)) put(result, key, source[key], `${source === own ? 'k' : ''}${textFlag(source, key)}` as '')
  }
  if (!Object.hasOwn(paths, Path)) put(paths, Path, {}, 'k')
  put(paths[Path], Method, result, 'k')
  return body
}

function requestModel(event: Event, api: Api, editor: Swagger): void {
  const { Path, Method, RequestModel } = event.properties
  expectEvent(RequestModel, event.name, 'RequestModel', 'map')
  const { Model, ValidateBody, ValidateParameters } = RequestModel
  if (!truthy(Model)) return
  const refuse = (reason: string) =>
    invalidEvent(event.name, `Unable to set RequestModel [${pyStr(Model)}] on API method [${Method}] for path [${Path}] because ${reason}`)
  const models = api.properties.Models
  if (!truthy(models)) throw refuse('the related API does not define any Models.')
  if (!isDict(models)) throw refuse('the related API Models defined is of invalid type.')
  if (typeof Model !== 'string') throw refuse('the related API does not contain valid Models.')
  if (!truthy(models[Model])) throw refuse("it wasn't defined in the API's Models.")
  addRequestModel(editor, Path, Method, RequestModel)
  const isGiven = (value: Value) => value !== undefined && value !== null
  if (!isGiven(ValidateBody) && !isGiven(ValidateParameters)) return
  const body = ValidateBody ?? false
  const parameters = ValidateParameters ?? false
  if (typeof body !== 'boolean' || typeof parameters !== 'boolean') {
    throw invalidEvent(event.name, `Unable to set Validator to RequestModel [${Model}] on API method [${Method}] for path [${Path}] `
      + 'ValidateBody and ValidateParameters must be a boolean type, strings or intrinsics are not supported.')
  }
  addRequestValidator(editor, Path, Method, body, parameters)
}

function requestParameters(event: Event): { name: string, required: Value, caching: Value }[] {
  const refuse = (text: string) => invalidEvent(event.name, `Invalid value for 'RequestParameters' property. ${text}`)
  const keyForm = "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'."
  return iterated(event.properties.RequestParameters).map((parameter: Value) => {
    if (typeof parameter !== 'string' && !isDict(parameter)) throw refuse('Property must be either a string or an object')
    const name = typeof parameter === 'string' ? parameter : keysOf(parameter)[0] ?? ''
    if (!/^method\.request\.(querystring|path|header)\./.test(name)) throw refuse(keyForm)
    const settings = typeof parameter === 'string' ? {} : parameter[name]
    if (!isDict(settings) || !Object.keys(settings).every(key => key === 'Required' || key === 'Caching')) {
      throw refuse('Values must be an object, e.g { Required: true, Caching: false }')
    }
    return { name, required: Object.hasOwn(settings, 'Required') ? settings.Required : false, caching: settings.Caching ?? false }
  })
}

/** The event's own Auth: authorizer, API key and resource policy of its method. */
function addAuth(sam: Sam, event: Event, api: Api, editor: Swagger): void {
  const { Path, Method, Auth } = event.properties
  const apiAuth = resolveParameters(api.properties.Auth, sam.parameters)
  const where = `on API method [${Method}] for path [${Path}]`
  const name = Auth.Authorizer
  if (truthy(name)) checkAuthorizer(event, api, name, apiAuth, where)
  if (truthy(Auth.AuthorizationScopes)) {
    expectEvent(Auth.AuthorizationScopes, event.name, 'Auth.AuthorizationScopes', 'list')
    if (!truthy(name)) throw invalidEvent(event.name, 'AuthorizationScopes works only when Authorizer is set')
  }
  const key = Auth.ApiKeyRequired
  if (key !== undefined && key !== null && !truthy(key) && !truthy(apiAuth?.ApiKeyRequired)) {
    throw invalidEvent(event.name, `Unable to set ApiKeyRequired [False] ${where} because the related API does not specify any ApiKeyRequired.`)
  }
  if (truthy(name) || (key !== undefined && key !== null)) addMethodAuth(editor, Path, Method, Auth, api.properties.Auth)
  const policy = Auth.ResourcePolicy
  if (!truthy(policy)) return
  expectResource(policy, event.name, 'Auth.ResourcePolicy', 'map')
  addResourcePolicy(editor, policy, Path, api.stage, api.stageFlag)
  if (truthy(policy.CustomStatements)) addCustomStatements(editor, policy.CustomStatements)
}

/** A method names its authorizer by text, and the API describes its authorizers in a map. */
export function checkAuthorizerShape(event: Event, name: Value, authorizers: Value): void {
  if (typeof name === 'string' && isDict(authorizers)) return
  throw invalidEvent(event.name, `Unable to set Authorizer [${pyStr(name)}] on API method [${event.properties.Method}] for path [${event.properties.Path}]. `
    + 'The method authorizer must be a string with a corresponding dict entry in the api authorizer.')
}

function checkAuthorizer(event: Event, api: Api, name: Value, apiAuth: Value, where: string): void {
  const authorizers = apiAuth?.Authorizers
  if (truthy(authorizers)) expectResource(authorizers, api.id, 'Auth.Authorizers', 'map')
  if (name === 'AWS_IAM') return
  if (name === 'NONE') {
    if (truthy(apiAuth?.DefaultAuthorizer)) return
    throw invalidEvent(event.name, `Unable to set Authorizer ${where} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`)
  }
  const refuse = (reason: string) => invalidEvent(event.name, `Unable to set Authorizer [${pyStr(name)}] ${where} because ${reason}`)
  if (!truthy(authorizers)) throw refuse('the related API does not define any Authorizers.')
  checkAuthorizerShape(event, name, authorizers)
  if (!truthy(authorizers[name])) throw refuse("it wasn't defined in the API's Authorizers.")
}

function stateMachineApi(context: EventContext, event: Event): Generated[] {
  const { sam, target } = context
  event.properties = { ...event.properties, Method: event.properties.Method.toLowerCase() }
  const { Path, Method, Auth, UnescapeMappingTemplate } = event.properties
  const role = startRole(context, `${event.id}Role`, 'apigateway.amazonaws.com')
  const api = apiOf(sam, event)
  const body = api.properties.DefinitionBody
  if (!truthy(api.properties.__MANAGE_SWAGGER) || body === undefined || body === null) return [role]
  const editor = openSwagger(body)
  if (isIntegrated(editor, Path, Method)) throw definedTwice(event)
  const input = "$util.escapeJavaScript($input.json('$'))"
  const template = UnescapeMappingTemplate
    ? `{"input": "${input}.replaceAll("\\\\'","'")", "stateMachineArn": "\${${target.id}}"}` : pyJson({ input, stateMachineArn: `\${${target.id}}` })
  addStateMachineIntegration(editor, Path, Method, {
    uri: sub('arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution'), credentials: getAtt(role.id, 'Arn'),
    templates: { 'application/json': sub(template) }, condition: target.attributes.Condition,
  })
  // The stage of a state machine's event is its own Stage property, whatever the API's is.
  if (truthy(Auth)) addAuth(sam, event, { ...api, stage: event.properties.Stage ?? null, stageFlag: 'v' }, editor)
  put(api.properties, 'DefinitionBody', swaggerOf(editor))
  return [role]
}

const common = { Path: 'str!', Method: 'str!', RestApiId: 'str!', Stage: 'str', Auth: 'map' }

export const functionRestApi: EventType = {
  properties: { ...common, RequestModel: 'map', RequestParameters: 'list', TimeoutInMillis: 'int', ResponseTransferMode: 'str' },
  link: (sam, event) => { apiOf(sam, event) }, resources: restApi,
}
export const stateMachineRestApi: EventType = {
  properties: { ...common, UnescapeMappingTemplate: 'bool=' }, link: (sam, event) => { apiOf(sam, event) }, resources: stateMachineApi,
}
