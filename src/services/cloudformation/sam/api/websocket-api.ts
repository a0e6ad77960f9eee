import { invalidResource } from '../errors.ts'
import { isAlphanumeric } from '../ids.ts'
import { isIntrinsic, ref, resolveParameters, sub } from '../intrinsics.ts'
import type { PropertyTypes } from '../properties.ts'
import { entriesOf, pyStr, put, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { generated, propagateTags } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { domainV2 } from './domain.ts'
import { authorizerPermission } from './rest-api.ts'

export const webSocketApiTypes: PropertyTypes = {
  ApiKeySelectionExpression: 'str', AccessLogSettings: 'map', Auth: 'map', DefaultRouteSettings: 'map', Description: 'str', DisableExecuteApiEndpoint: 'bool',
  Domain: 'map',
  DisableSchemaValidation: 'bool', FailOnWarnings: 'bool', IpAddressType: 'str', Name: 'str', PropagateTags: 'bool', Routes: 'map!', RouteSettings: 'map',
  RouteSelectionExpression: 'str!', StageName: 'str|map', StageVariables: 'map', Tags: 'map',
}

const createdBy = 'websocketapi:createdBy'

/** AWS::Serverless::WebSocketApi: the API, its stage, a route, an integration and a permission for each route, and the authorizer of $connect. */
export function serverlessWebSocketApi(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  for (const name of ['Auth', 'Domain', 'Routes']) if (properties[name] !== undefined) properties[name] = resolveParameters(properties[name], sam.parameters)
  checkApi(id, properties)
  const { Auth, Routes, Domain, RouteSettings } = properties
  const tags = truthy(properties.Tags) ? properties.Tags : {}
  put(tags, createdBy, 'SAM')
  const { ApiKeySelectionExpression, Description, DisableExecuteApiEndpoint, DisableSchemaValidation, IpAddressType, RouteSelectionExpression } = properties
  const api = generated('AWS::ApiGatewayV2::Api', id, {
    ApiKeySelectionExpression, Description, DisableExecuteApiEndpoint, DisableSchemaValidation, IpAddressType, Name: properties.Name ?? id,
    RouteSelectionExpression, Tags: tags,
    ProtocolType: 'WEBSOCKET',
  }, attributesFor(resource), resource.DependsOn)
  // Each WebSocket API has DNS records of its own.
  const domain = domainV2({ ...sam, recordSetGroups: new Map() }, { id, inherited: {} }, Domain, createdBy)
  const stage = stageOf(id, properties)
  const routes = entriesOf(Routes).map(([key, route]) => routeResources(id, properties, key, route))
  if (truthy(RouteSettings)) stage.dependsOn = routes.map(([route]) => route!.id)
  const resources = [api, ...routes.flat(), ...domain, stage, ...truthy(Auth) && Object.hasOwn(Routes, '$connect') ? authorizer(id, Auth) : []]
  propagateTags(resources, properties.Tags, properties.PropagateTags)
  return resources
}

/** The translator gives a WebSocket API none of the attributes of its SAM resource. */
const attributesFor = (_resource: Dict): Dict => ({})

function checkApi(id: string, { Routes, IpAddressType, Domain, Auth }: Dict): void {
  if (!truthy(Routes)) throw invalidResource(id, 'WebSocket API must have at least one route.')
  if (IpAddressType !== undefined && IpAddressType !== null && !isIntrinsic(IpAddressType) && !['ipv4', 'dualstack'].includes(IpAddressType)) {
    throw invalidResource(id, "IpAddressType must be 'ipv4' or 'dualstack'.")
  }
  if (truthy(Domain) && truthy(Domain.MutualTlsAuthentication)) {
    throw invalidResource(id, 'Mutual TLS domain name association is not supported for Websocket APIs.')
  }
  if (truthy(Auth) && !Object.hasOwn(Routes, '$connect')) throw invalidResource(id, 'Authorization is only available if there is a $connect route.')
}

function stageOf(id: string, properties: Dict): Generated {
  const { StageVariables, AccessLogSettings, DefaultRouteSettings, RouteSettings } = properties
  const name = stageName(properties)
  if (name === '$default') throw invalidResource(id, 'Stages cannot be named $default for WebSocket APIs.')
  const stageId = name === 'default' ? `${id}DefaultStage` : `${id}${typeof name === 'string' ? name : ''}Stage`
  return generated('AWS::ApiGatewayV2::Stage', stageId, {
    ApiId: ref(id), StageName: name, StageVariables, AccessLogSettings, DefaultRouteSettings, Tags: { [createdBy]: 'SAM' }, AutoDeploy: true, RouteSettings,
  })
}

const stageName = (properties: Dict): Value => properties.StageName ?? 'default'

function routeId(id: string, key: string): string {
  const name = ['$connect', '$disconnect', '$default'].includes(key) ? key.slice(1) : key
  if (name === key && !isAlphanumeric(key)) {
    throw invalidResource(id, `Route key '${key}' must be alphanumeric. Only $connect, $disconnect, and $default special routes are supported.`)
  }
  return id + name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()
}

function routeResources(id: string, properties: Dict, key: string, route: Dict): Generated[] {
  const base = routeId(id, key)
  const {
    ApiKeyRequired, ModelSelectionExpression, OperationName, RequestModels, RequestParameters, RouteResponseSelectionExpression, FunctionArn, IntegrationTimeout
  } = route
  if (truthy(RequestParameters) && key !== '$connect') {
    throw invalidResource(id, 'Request parameters are only supported for the $connect route in WebSocket APIs.')
  }
  const authorization = routeAuthorization(id, properties.Auth, key)
  if (!Object.hasOwn(route, 'FunctionArn')) throw invalidResource(id, 'Route must have associated function.')
  const integrationId = `${base}Integration`
  const name = stageName(properties)
  const source = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${id}.ApiId}/`
  return [
    generated('AWS::ApiGatewayV2::Route', `${base}Route`, {
      RouteKey: key, ApiId: ref(id), ApiKeyRequired, ModelSelectionExpression, OperationName, RequestModels,
      RequestParameters: truthy(RequestParameters) ? RequestParameters : undefined,
      RouteResponseSelectionExpression, Target: { 'Fn::Join': ['/', ['integrations', ref(integrationId)]] }, ...authorization,
    }),
    generated('AWS::ApiGatewayV2::Integration', integrationId, {
      ApiId: ref(id), IntegrationType: 'AWS_PROXY', IntegrationUri: invocation('FunctionArn', FunctionArn), TimeoutInMillis: IntegrationTimeout,
    }),
    generated('AWS::Lambda::Permission', `${base}Permission`, {
      Action: 'lambda:InvokeFunction', FunctionName: FunctionArn, Principal: 'apigateway.amazonaws.com',
      SourceArn: typeof name === 'string' ? sub(`${source}${name}/${key}`) : sub(`${source}\${__StageName__}/${key}`, { __StageName__: name }),
    }),
  ]
}

const invocation = (variable: string, arn: Value): Dict =>
  sub(`arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${variable}}/invocations`, { [variable]: arn })

/** Checks the API's Auth; only $connect is authorized, for the connection stays the caller's. */
function routeAuthorization(id: string, auth: Value, key: string): Dict {
  if (!truthy(auth)) return {}
  const type = auth.AuthType
  const refuse = (text: string) => invalidResource(id, text)
  if (!truthy(type)) throw refuse('AuthType must be specified for additional auth configurations.')
  if (!['NONE', 'AWS_IAM', 'CUSTOM'].includes(type)) throw refuse(`AuthType '${pyStr(type)}' is not one of AWS_IAM, CUSTOM or NONE.`)
  if (type === 'CUSTOM' && !truthy(auth.AuthArn)) throw refuse('AuthArn must be specified if AuthType is CUSTOM.')
  if (type !== 'CUSTOM' && Object.keys(auth).length > 1) throw refuse(`No additional configurations supported for AuthType ${type}.`)
  if (key !== '$connect') return {}
  return type === 'CUSTOM' ? { AuthorizationType: type, AuthorizerId: ref(`${id}ConnectAuthorizer`) } : { AuthorizationType: type }
}

function authorizer(id: string, auth: Dict): Generated[] {
  if (auth.AuthType !== 'CUSTOM') return []
  const authorizerId = `${id}ConnectAuthorizer`
  const resource = generated('AWS::ApiGatewayV2::Authorizer', authorizerId, {
    ApiId: ref(id), AuthorizerCredentialsArn: auth.InvokeRole, AuthorizerType: 'REQUEST', AuthorizerUri: invocation('AuthArn', auth.AuthArn),
    IdentitySource: auth.IdentitySource,
    Name: truthy(auth.Name) ? auth.Name : authorizerId,
  })
  return truthy(auth.InvokeRole) ? [resource] : [resource, authorizerPermission(`${id}AuthorizerPermission`, auth.AuthArn, id, '${AWS::Partition}', {})]
}
