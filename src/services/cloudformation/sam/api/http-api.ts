import { invalidResource } from '../errors.ts'
import { hashedId, isAlphanumeric } from '../ids.ts'
import { isIntrinsic, isNoValue, ref, resolveParameters } from '../intrinsics.ts'
import { bodyLocation } from '../location.ts'
import { addHttpCors, addHttpEndpoint, addTags, hasDefaultTitle, isOpenApi, openApiOf, openOpenApi, setHttpDefaultAuthorizer } from '../openapi/http.ts'
import type { OpenApi } from '../openapi/http.ts'
import type { PropertyTypes } from '../properties.ts'
import { drop, equal, isDict, keysOf, put, shallowCopy, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, expectResource, generated, inheritedOf, propagateTags } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { domainV2 } from './domain.ts'
import { readHttpAuthorizers, securityScheme } from './http-authorizer.ts'
import { authorizerPermission } from './rest-api.ts'

export const httpApiTypes: PropertyTypes = {
  __MANAGE_SWAGGER: 'bool', Name: 'any', StageName: 'str|map', Tags: 'map', PropagateTags: 'bool', DefinitionBody: 'map', DefinitionUri: 'str|map',
  StageVariables: 'map',
  CorsConfiguration: 'bool|map', AccessLogSettings: 'map', DefaultRouteSettings: 'map', Auth: 'map', RouteSettings: 'map', Domain: 'map',
  FailOnWarnings: 'bool', Description: 'str',
  DisableExecuteApiEndpoint: 'bool',
}

interface Work { sam: Sam, id: string, properties: Dict, body: Value, tags: Dict | undefined }

const defaultStage = '$default'
const createdBy = 'httpapi:createdBy'

/** AWS::Serverless::HttpApi: the API, its stage, authorizer permissions and custom domain. */
export function serverlessHttpApi(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  for (const name of ['CorsConfiguration', 'Domain']) if (properties[name] !== undefined) properties[name] = resolveParameters(properties[name], sam.parameters)
  const attributes = attributesOf(resource)
  const inherited = inheritedOf(attributes)
  const work: Work = { sam, id, properties, body: properties.DefinitionBody, tags: properties.Tags }
  const api = generated('AWS::ApiGatewayV2::Api', id, apiProperties(work), attributes, resource.DependsOn)
  const domain = domainV2(sam, { id, inherited }, properties.Domain, createdBy)
  const permissions = authorizerPermissions(work, inherited)
  const resources = [api, ...permissions, ...domain, stageOf(work, inherited)]
  propagateTags(resources, work.properties.Tags, properties.DefinitionBody !== undefined && properties.DefinitionBody !== null)
  return resources
}

/** Changes the definition through an editor; refuses where there is none. */
function edit(work: Work, change: (editor: OpenApi) => void): void {
  const editor = openOpenApi(work.body)
  change(editor)
  work.body = openApiOf(editor)
}

function apiProperties(work: Work): Dict {
  const { id, properties } = work
  const { DefinitionUri, FailOnWarnings, DisableExecuteApiEndpoint } = properties
  if (truthy(DefinitionUri) && truthy(work.body)) throw invalidResource(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.")
  if (truthy(properties.CorsConfiguration)) cors(work)
  if (truthy(properties.Auth)) authorize(work)
  tag(work)
  if (DisableExecuteApiEndpoint !== undefined && DisableExecuteApiEndpoint !== null) {
    if (!truthy(work.body)) throw invalidResource(id, "DisableExecuteApiEndpoint works only within 'DefinitionBody' property.")
    edit(work, editor => addHttpEndpoint(editor, DisableExecuteApiEndpoint))
  }
  title(work)
  describe(work)
  if (truthy(FailOnWarnings) && truthy(work.body)) renameDefaultPath(work.body)
  const warned = truthy(FailOnWarnings) ? { FailOnWarnings } : {}
  if (truthy(DefinitionUri)) return { ...warned, BodyS3Location: bodyLocation(DefinitionUri, id) }
  if (truthy(work.body)) return { ...warned, Body: work.body }
  throw invalidResource(id, "'DefinitionUri' or 'DefinitionBody' are required properties of an 'AWS::Serverless::HttpApi'. "
    + "Add a value for one of these properties or add a 'HttpApi' event to an 'AWS::Serverless::Function'.")
}

/** API Gateway warns of a path without a slash. */
function renameDefaultPath(body: Dict): void {
  const paths = body.paths ?? {}
  if (!Object.hasOwn(paths, defaultStage)) return
  put(paths, `/${defaultStage}`, paths[defaultStage])
  drop(paths, defaultStage)
}

function cors(work: Work): void {
  const { id } = work
  const given = work.properties.CorsConfiguration
  if (!truthy(work.body)) throw invalidResource(id, "Cors works only with inline OpenApi specified in 'DefinitionBody' property.")
  const known = ['AllowMethods', 'AllowHeaders', 'AllowOrigins', 'MaxAge', 'ExposeHeaders', 'AllowCredentials']
  let settings: Dict
  if (typeof given === 'boolean') settings = { AllowOrigins: ['*'] }
  else if (isIntrinsic(given)) settings = { AllowOrigins: given }
  else if (isDict(given)) settings = given
  else throw invalidResource(id, "Invalid value for 'Cors' property.")
  const unknown = keysOf(settings).find(key => !known.includes(key))
  if (unknown) throw invalidResource(id, `Invalid key '${unknown}' for 'Cors' property.`)
  if (!isOpenApi(work.body)) throw invalidResource(id, "Unable to add Cors configuration because 'DefinitionBody' does not contain a valid OpenApi definition.")
  if (settings.AllowCredentials === true && equal(settings.AllowOrigins, ['*'])) {
    throw invalidResource(id, 'Unable to add Cors configuration because \'AllowCredentials\' can not be true when \'AllowOrigin\' is "\'*\'" or not set.')
  }
  edit(work, editor => addHttpCors(editor, settings))
}

function authorize(work: Work): void {
  const { sam, id, properties: { Auth } } = work
  if (!truthy(work.body)) throw invalidResource(id, "Auth works only with inline OpenApi specified in the 'DefinitionBody' property.")
  if (!keysOf(Auth).every(key => ['Authorizers', 'DefaultAuthorizer', 'EnableIamAuthorizer'].includes(key))) {
    throw invalidResource(id, "Invalid value for 'Auth' property")
  }
  if (!isOpenApi(work.body)) throw invalidResource(id, "Unable to add Auth configuration because 'DefinitionBody' does not contain a valid OpenApi definition.")
  edit(work, editor => {
    const authorizers = readHttpAuthorizers(id, Auth)
    for (const authorizer of authorizers) put(editor.securitySchemes, authorizer.name, securityScheme(id, authorizer, sam.partition))
    const chosen = Auth.DefaultAuthorizer
    if (!truthy(chosen) || isNoValue(chosen)) return
    expectResource(chosen, id, 'Auth.DefaultAuthorizer', 'string')
    const found = authorizers.findLast(each => each.name === chosen)
    if (!found) throw invalidResource(id, `Unable to set DefaultAuthorizer because '${chosen}' was not defined in 'Authorizers'.`)
    for (const path of keysOf(editor.paths)) setHttpDefaultAuthorizer(editor, path, chosen, found.config.AuthorizationScopes)
  })
}

function tag(work: Work): void {
  const { id } = work
  if (truthy(work.tags) && !truthy(work.body)) throw invalidResource(id, "Tags works only with inline OpenApi specified in the 'DefinitionBody' property.")
  if (!truthy(work.body)) return
  if (!isOpenApi(work.body)) {
    if (truthy(work.tags)) throw invalidResource(id, "Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi definition.")
    return
  }
  const tags = truthy(work.tags) ? shallowCopy(work.tags!) : {}
  put(tags, createdBy, 'SAM')
  work.tags = tags
  // The user's own map takes SAM's tag too, and is what the stage and the domain are given.
  if (truthy(work.properties.Tags)) put(work.properties.Tags, createdBy, 'SAM')
  edit(work, editor => addTags(editor, tags))
}

function infoOf(work: Work, field: string, end: string): Value {
  const info = work.body.info
  if (info === undefined || info === null) return undefined
  if (!isDict(info)) throw invalidResource(work.id, `Invalid 'DefinitionBody': The value of 'info' should be a map${end}`)
  return info[field]
}

function title(work: Work): void {
  const { id, properties: { Name } } = work
  if (!truthy(Name)) return
  if (!truthy(work.body)) throw invalidResource(id, "Name works only with inline OpenApi specified in the 'DefinitionBody' property.")
  if (!hasDefaultTitle(infoOf(work, 'title', '.'))) {
    throw invalidResource(id, "Unable to set Name because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.")
  }
  edit(work, editor => put(editor.info, 'title', Name))
}

function describe(work: Work): void {
  const { id, properties: { Description } } = work
  if (!truthy(Description)) return
  if (!truthy(work.body)) throw invalidResource(id, "Description works only with inline OpenApi specified in the 'DefinitionBody' property.")
  if (truthy(infoOf(work, 'description', "'."))) {
    throw invalidResource(id, "Unable to set Description because it is already defined within inline OpenAPI specified in the 'DefinitionBody' property.")
  }
  edit(work, editor => put(editor.info, 'description', Description))
}

function stageOf({ id, properties, tags }: Work, inherited: Dict): Generated {
  const StageName = truthy(properties.StageName) ? properties.StageName : defaultStage
  const prefix = typeof StageName === 'string' ? StageName : ''
  const stageId = isAlphanumeric(prefix) ? `${id}${prefix}Stage` : prefix === defaultStage ? `${id}ApiGatewayDefaultStage` : hashedId(`${id}Stage`, prefix)
  const { StageVariables, AccessLogSettings, DefaultRouteSettings, RouteSettings } = properties
  return generated('AWS::ApiGatewayV2::Stage', stageId,
    { ApiId: ref(id), StageName, StageVariables, AccessLogSettings, DefaultRouteSettings, Tags: tags, AutoDeploy: true, RouteSettings }, inherited)
}

function authorizerPermissions({ id, properties: { Auth } }: Work, inherited: Dict): Generated[] {
  if (!truthy(Auth)) return []
  const permitted = readHttpAuthorizers(id, Auth).filter(({ config }) => truthy(config.FunctionArn) && truthy(config.EnableFunctionDefaultPermissions))
  return permitted.map(({ name, config }) =>
    authorizerPermission(`${id}${name}AuthorizerPermission`, config.FunctionArn, id, '${AWS::Partition}', inherited))
}
