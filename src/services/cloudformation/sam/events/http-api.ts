import { invalidEvent, invalidResource, SamError } from '../errors.ts'
import { sub } from '../intrinsics.ts'
import { addTimeout, anyMethod, isIntegrated } from '../openapi/editor.ts'
import {
  addHttpIntegration, addHttpMethodAuth, addPathParameters, defaultPath, integratesFunction, openApiOf, openOpenApi, setPayloadVersion,
} from '../openapi/http.ts'
import type { OpenApi } from '../openapi/http.ts'
import { isDict, pyStr, put, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { permission } from './event.ts'
import type { Event, EventContext, EventType } from './event.ts'
import { checkAuthorizerShape, idOfReference, integrationUri } from './rest-api.ts'

interface Api { id: string, properties: Dict }

function apiOf(sam: Sam, event: Event): Api {
  const id = idOfReference(event.properties.ApiId)
  const resource = sam.source.Resources[id]
  if (!isDict(resource)) throw invalidEvent(event.name, "ApiId must be a valid reference to an 'AWS::Serverless::HttpApi' resource in same template.")
  return { id, properties: resource.Properties ?? {} }
}

/** The right to call the function; none where the function has the right for every route of the API already. */
function invokePermission({ target }: EventContext, event: Event, api: Api): Generated | undefined {
  const { Path, Method, ApiId } = event.properties
  const body = api.properties.DefinitionBody
  const editor = truthy(body) ? opened(api, body) : undefined
  let path = Path.replace(/^(.+)\/$/, '$1')
  if (path === defaultPath) path = ''
  else if (editor && integratesFunction(editor, defaultPath, anyMethod, target.id)) return undefined
  path = path.replace(/\{([a-zA-Z0-9._-]+|proxy\+)\}/g, '*')
  const method = Method === 'any' || Method === anyMethod ? '*' : Method.toUpperCase()
  const route = Method === 'any' && path === `/${defaultPath}` ? path : `/${method}${path}`
  const SourceArn = sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/\${__Stage__}${route}`, {
    __ApiId__: ApiId, __Stage__: '*'
  })
  return permission(target, `${event.id}Permission`, 'apigateway.amazonaws.com', { SourceArn })
}

function opened(api: Api, body: Value): OpenApi {
  try {
    return openOpenApi(body)
  } catch (error) {
    throw error instanceof SamError ? invalidResource(api.id, error.causes.map(cause => cause.message).join(' ')) : error
  }
}

function httpApi(context: EventContext, event: Event): Generated[] {
  event.properties = { ...event.properties, Method: event.properties.Method.toLowerCase() }
  const api = apiOf(context.sam, event)
  const permit = invokePermission(context, event, api)
  integrate(context, event, api)
  return permit ? [permit] : []
}

function integrate({ target }: EventContext, event: Event, api: Api): void {
  const { Path, Method, Auth, TimeoutInMillis, PayloadFormatVersion } = event.properties
  const body = api.properties.DefinitionBody
  if (body === undefined || body === null) return
  const editor = openOpenApi(body)
  if (truthy(api.properties.__MANAGE_SWAGGER) && isIntegrated(editor, Path, Method)) {
    throw invalidEvent(event.name, `API method '${Method}' defined multiple times for path '${Path}'.`)
  }
  addHttpIntegration(editor, Path, Method, integrationUri(target, '${AWS::Partition}'), target.attributes.Condition)
  if (truthy(Auth)) addAuth(event, api, editor)
  if (truthy(TimeoutInMillis)) addTimeout(editor, Path, Method, TimeoutInMillis)
  const names = [...Path.matchAll(/\{(.*?)\}/g)].map(match => match[1]!)
  if (names.length > 0) addPathParameters(editor, Path, Method, names)
  if (truthy(PayloadFormatVersion)) setPayloadVersion(editor, Path, Method, PayloadFormatVersion)
  put(api.properties, 'DefinitionBody', openApiOf(editor))
}

function addAuth(event: Event, api: Api, editor: OpenApi): void {
  const { Path, Method, Auth } = event.properties
  const apiAuth = expectResource(api.properties.Auth === undefined ? {} : api.properties.Auth, api.id, 'Auth', 'map')
  if (!truthy(Auth.Authorizer)) {
    if (!truthy(apiAuth.DefaultAuthorizer)) {
      throw invalidEvent(event.name, "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.")
    }
    put(Auth, 'Authorizer', apiAuth.DefaultAuthorizer)
  }
  checkAuthorizer(event, Auth.Authorizer, apiAuth)
  if (truthy(Auth.AuthorizationScopes) && !Array.isArray(Auth.AuthorizationScopes)) {
    throw invalidEvent(
      event.name, `Unable to set Authorizer on API method [${Method}] for path [${Path}] because 'AuthorizationScopes' must be a list of strings.`
    )
  }
  addHttpMethodAuth(editor, Path, Method, Auth, apiAuth.Authorizers)
}

function checkAuthorizer(event: Event, name: Value, apiAuth: Dict): void {
  const { Path, Method } = event.properties
  const authorizers = apiAuth.Authorizers
  const isIam = apiAuth.EnableIamAuthorizer === true && name === 'AWS_IAM'
  const where = `on API method [${Method}] for path [${Path}]`
  if (name === 'NONE') {
    if (truthy(apiAuth.DefaultAuthorizer)) return
    throw invalidEvent(event.name, `Unable to set Authorizer ${where} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`)
  }
  if (isIam) return
  checkAuthorizerShape(event, name, authorizers)
  const refuse = (reason: string) => invalidEvent(event.name, `Unable to set Authorizer [${pyStr(name)}] ${where} because ${reason}`)
  if (!truthy(authorizers)) throw refuse('the related API does not define any Authorizers.')
  if (!truthy(authorizers[name])) throw refuse("it wasn't defined in the API's Authorizers.")
}

export const functionHttpApi: EventType = {
  properties: {
    Path: 'str', Method: 'str', ApiId: 'str', Stage: 'str', Auth: 'map', TimeoutInMillis: 'int', RouteSettings: 'map', PayloadFormatVersion: 'str'
  },
  link: (sam, event) => { apiOf(sam, event) }, resources: httpApi,
}
