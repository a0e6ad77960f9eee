import { invalidResource } from '../errors.ts'
import { dataHash, hashedId, isAlphanumeric } from '../ids.ts'
import { ref, resolveParameters, sub } from '../intrinsics.ts'
import { s3Pointer } from '../location.ts'
import type { PropertyTypes } from '../properties.ts'
import { isDict, put, pyDict, pyJson, pyRepr, pyStr, textFlag, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated, inheritedOf, propagateTags, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { restDomain } from './domain.ts'
import { readAuthorizers } from './rest-authorizer.ts'
import { asOpenApi, completeAuth, completeCors, completeEndpoint, completeGatewayResponses, completeMediaTypes, completeModels } from './rest-definition.ts'
import type { RestWork } from './rest-definition.ts'
import { usagePlan } from './usage-plan.ts'

export const apiTypes: PropertyTypes = {
  __MANAGE_SWAGGER: 'bool', Name: 'str|map', StageName: 'str|map!', Tags: 'map', PropagateTags: 'bool', DefinitionBody: 'map', DefinitionUri: 'str|map',
  MergeDefinitions: 'bool=',
  CacheClusterEnabled: 'bool', CacheClusterSize: 'str', Variables: 'map', EndpointConfiguration: 'str|map', MethodSettings: 'list', BinaryMediaTypes: 'list',
  MinimumCompressionSize: 'int', Cors: 'str|map', Auth: 'map', GatewayResponses: 'map', AccessLogSetting: 'map', CanarySetting: 'map', TracingEnabled: 'bool',
  OpenApiVersion: 'str',
  Models: 'map', Domain: 'map', FailOnWarnings: 'bool', Description: 'str', Mode: 'str', DisableExecuteApiEndpoint: 'bool', ApiKeySourceType: 'str',
  AlwaysDeploy: 'bool=',
  Policy: 'str|map', SecurityPolicy: 'str', EndpointAccessMode: 'str',
}

/** AWS::Serverless::Api: the REST API, its deployment and stage, authorizer permissions, custom domain and usage plan. */
export function serverlessApi(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  for (const name of ['BinaryMediaTypes', 'Domain', 'Auth']) {
    if (properties[name] !== undefined) properties[name] = resolveParameters(properties[name], sam.parameters)
  }
  const attributes = attributesOf(resource)
  const inherited = inheritedOf(attributes)
  const work: RestWork = { sam, id, properties, body: properties.DefinitionBody }
  const api = generated('AWS::ApiGateway::RestApi', id, restProperties(work), attributes, resource.DependsOn)
  const domain = restDomain(sam, { id, inherited }, properties.Domain)
  const { deployment, stage } = deploy(work, api, inherited)
  const auth = truthy(properties.Auth) ? properties.Auth : {}
  const permissions = authorizerPermissions(work, auth, inherited)
  const resources = [api, deployment, stage, ...permissions, ...domain, ...usagePlan(sam, id, auth.UsagePlan, stage.id, inherited)]
  propagateTags(resources, properties.Tags, properties.PropagateTags)
  return resources
}

function checkDefinition({ id, properties, body }: RestWork): void {
  if (truthy(properties.DefinitionUri) && truthy(body)) throw invalidResource(id, "Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.")
  if (truthy(properties.DefinitionUri) && truthy(properties.MergeDefinitions)) {
    throw invalidResource(id, "Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.")
  }
  if (truthy(properties.OpenApiVersion) && !/^[2-3](\.\d)(\.\d)?$/.test(pyStr(properties.OpenApiVersion))) {
    throw invalidResource(id, "The OpenApiVersion value must be of the format '3.0.0'.")
  }
}

function restProperties(work: RestWork): Dict {
  const { sam, id, properties } = work
  checkDefinition(work)
  const result: Dict = { BinaryMediaTypes: properties.BinaryMediaTypes, MinimumCompressionSize: properties.MinimumCompressionSize }
  const hasNoEdge = sam.partition.startsWith('aws-iso') || ['aws-us-gov', 'aws-cn', 'aws-eusc'].includes(sam.partition)
  if (truthy(properties.EndpointConfiguration)) Object.assign(result, endpointConfiguration(id, properties.EndpointConfiguration))
  else if (hasNoEdge) Object.assign(result, endpointConfiguration(id, 'REGIONAL'))
  completeCors(work)
  completeAuth(work)
  completeGatewayResponses(work)
  completeMediaTypes(work)
  completeModels(work)
  completeEndpoint(work)
  if (truthy(properties.DefinitionUri)) result.BodyS3Location = bodyLocation(id, properties)
  else if (truthy(work.body)) result.Body = work.body = asOpenApi(work, work.body)
  for (const name of ['FailOnWarnings', 'Name', 'Description', 'Mode', 'ApiKeySourceType', 'Policy', 'SecurityPolicy', 'EndpointAccessMode']) {
    if (truthy(properties[name])) result[name] = properties[name]
  }
  return result
}

function endpointConfiguration(id: string, value: Value): Dict {
  if (!isDict(value) || !truthy(value.Type)) return { EndpointConfiguration: { Types: [value] }, Parameters: { endpointConfigurationTypes: value } }
  const hasOne = 'VPCEndpointIds' in value
  const hasOther = 'VpcEndpointIds' in value
  if (hasOne && hasOther) throw invalidResource(id, "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.")
  return {
    Parameters: { endpointConfigurationTypes: value.Type },
    EndpointConfiguration: {
      Types: [value.Type], ...hasOne || hasOther ? { VpcEndpointIds: value.VPCEndpointIds ?? value.VpcEndpointIds } : {},
      ...'IpAddressType' in value ? { IpAddressType: value.IpAddressType } : {},
    },
  }
}

function bodyLocation(id: string, properties: Dict): Dict {
  const uri = properties.DefinitionUri
  const pointer = s3Pointer(uri, id, 'DefinitionUri')
  const location = pyDict()
  for (const name of ['Bucket', 'Key', 'Version']) {
    if (name in pointer) put(location, name, pointer[name], isDict(uri) ? textFlag(uri, name) : textFlag(properties, 'DefinitionUri'))
  }
  return location
}

/** The stage and its deployment, whose id changes with all that a new deployment is needed for. */
function deploy(work: RestWork, api: Generated, inherited: Dict): { deployment: Generated, stage: Generated } {
  const { sam, id, properties } = work
  const version = properties.OpenApiVersion
  const name = properties.StageName
  const prefix = typeof name === 'string' ? name : ''
  const stageId = isAlphanumeric(prefix) ? `${id}${prefix}Stage` : hashedId(`${id}Stage`, prefix)
  const definition = api.properties.Body ?? api.properties.BodyS3Location
  const deployed: Dict = { RestApiId: ref(id), StageName: truthy(version) ? undefined : 'Stage' }
  let deploymentId = `${id}Deployment`
  if (truthy(definition)) {
    const functions = (sam.functionNames.get(id) ?? []).join('')
    const data = truthy(properties.AlwaysDeploy) ? String(Math.floor(sam.now() / 1000)) : [
      pyRepr(definition), ...truthy(version) ? [pyStr(version)] : [], ...truthy(properties.Domain) ? [pyJson(properties.Domain)] : [],
      ...functions ? [functions] : [],
    ].join('||')
    deploymentId += dataHash(data)
    deployed.Description = `RestApi deployment id: ${dataHash(data, 40)}`
  }
  const { CacheClusterEnabled, CacheClusterSize, Variables, MethodSettings, AccessLogSetting, CanarySetting, TracingEnabled, Tags } = properties
  const stage = generated('AWS::ApiGateway::Stage', stageId, {
    RestApiId: ref(id), DeploymentId: ref(deploymentId), StageName: name, CacheClusterEnabled, CacheClusterSize, Variables, MethodSettings, AccessLogSetting,
    CanarySetting,
    TracingEnabled, Tags: Tags === undefined || Tags === null ? undefined : tagList(Tags),
  }, inherited)
  return { deployment: generated('AWS::ApiGateway::Deployment', deploymentId, deployed, inherited), stage }
}

function authorizerPermissions({ sam, id }: RestWork, auth: Dict, inherited: Dict): Generated[] {
  const permitted = (readAuthorizers(id, auth.Authorizers) ?? [])
    .filter(({ config }) => truthy(config.FunctionArn) && !truthy(config.DisableFunctionDefaultPermissions))
  return permitted.map(({ name, config }) =>
    authorizerPermission(`${id}${name}AuthorizerPermission`, config.FunctionArn, id, sam.partition, inherited))
}

export function authorizerPermission(permissionId: string, functionArn: Value, apiId: string, partition: string, inherited: Dict): Generated {
  return generated('AWS::Lambda::Permission', permissionId, {
    Action: 'lambda:InvokeFunction', FunctionName: functionArn, Principal: 'apigateway.amazonaws.com',
    SourceArn: sub(`arn:${partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}/authorizers/*`, { __ApiId__: ref(apiId) }),
  }, inherited)
}
