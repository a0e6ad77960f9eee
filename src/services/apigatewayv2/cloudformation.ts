import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { authorizer, deployment, integration, managedOverrides, route } from './cloudformation-parts.ts'
import { apiMapping, domainName } from './cloudformation-domains.ts'
import { boolean, given, ignoreMissing, number, ownTags, routeSettings, settings, updateTags } from './cloudformation-values.ts'
import { standingApis, standingStages } from './cloudformation-standing.ts'

const attributes = ({ endpoint }: ResourceContext, id: string) => ({
  ApiId: id, ApiEndpoint: `http://${id}.execute-api.localhost:${new URL(endpoint).port || '80'}`,
})
const apiArn = ({ partition, region }: ResourceContext, id: string, rest = '') => `arn:${partition}:apigateway:${region}::/apis/${id}${rest}`

/** Properties of an API beside its definition, under the names of UpdateApi. */
const settingsOfApi = ({ Name, Description, Version, DisableExecuteApiEndpoint, CorsConfiguration, IpAddressType }: any) => given({
  Name, Description, Version, IpAddressType, DisableExecuteApiEndpoint: boolean(DisableExecuteApiEndpoint),
  CorsConfiguration: CorsConfiguration && given({
    ...CorsConfiguration, MaxAge: number(CorsConfiguration.MaxAge), AllowCredentials: boolean(CorsConfiguration.AllowCredentials),
  }),
})

const hasDefinition = (properties: any): boolean => properties.Body !== undefined || properties.BodyS3Location !== undefined

const api: ResourceType = {
  ...standingApis,
  attributes: async (resource, id) => attributes(resource, id),
  properties: {
    ApiKeySelectionExpression: 'optional', BasePath: 'optional', Body: 'optional', BodyS3Location: 'optional', CorsConfiguration: 'optional',
    CredentialsArn: 'optional', Description: 'optional',
    DisableExecuteApiEndpoint: 'optional', DisableSchemaValidation: 'optional', FailOnWarnings: 'optional', IpAddressType: 'optional', Name: 'optional',
    ProtocolType: 'optional',
    RouteKey: 'optional', RouteSelectionExpression: 'optional', Tags: 'optional', Target: 'optional', Version: 'optional',
  },
  createOnly: ['ProtocolType'],
  async create(resource, properties) {
    const { apigatewayv2 } = resource.aws
    const tags = ownTags(resource, properties.Tags)
    if (!hasDefinition(properties)) {
      const { ApiKeySelectionExpression, CredentialsArn, ProtocolType, RouteKey, RouteSelectionExpression, Target, DisableSchemaValidation } = properties
      const quick = given({ CredentialsArn, RouteKey, Target })
      const kind = given({ ApiKeySelectionExpression, ProtocolType, RouteSelectionExpression, DisableSchemaValidation: boolean(DisableSchemaValidation) })
      const { ApiId } = await apigatewayv2.CreateApi({ ...settingsOfApi(properties), ...quick, ...kind, Tags: tags } as any)
      return { id: ApiId!, attributes: attributes(resource, ApiId!) }
    }
    const { ApiId } = await apigatewayv2.ImportApi(await definitionOf(resource, properties))
    const changes = settingsOfApi(properties)
    if (Object.keys(changes).length > 0) await apigatewayv2.UpdateApi({ ApiId, ...changes })
    if (Object.keys(tags).length > 0) await apigatewayv2.TagResource({ ResourceArn: apiArn(resource, ApiId!), Tags: tags })
    return { id: ApiId!, attributes: attributes(resource, ApiId!) }
  },
  async update(resource, id, properties, previous) {
    const { apigatewayv2 } = resource.aws
    if (hasDefinition(properties)) await apigatewayv2.ReimportApi({ ApiId: id, ...await definitionOf(resource, properties) })
    else if (previous.CorsConfiguration && !properties.CorsConfiguration) await apigatewayv2.DeleteCorsConfiguration({ ApiId: id })
    const { RouteKey, Target, CredentialsArn } = properties
    const changes = { ...settingsOfApi(properties), ...given({ RouteKey, Target, CredentialsArn }) }
    if (Object.keys(changes).length > 0) await apigatewayv2.UpdateApi({ ApiId: id, ...changes })
    await updateTags(resource, apiArn(resource, id), properties.Tags, previous.Tags)
    return { id, attributes: attributes(resource, id) }
  },
  delete: (resource, id) => ignoreMissing(resource.aws.apigatewayv2.DeleteApi({ ApiId: id })),
}

/** The definition as ImportApi takes it; without a title it bears the stack's name. */
async function definitionOf(resource: ResourceContext, { Body, BodyS3Location, BasePath, FailOnWarnings }: any) {
  const options = given({ Basepath: BasePath, FailOnWarnings: boolean(FailOnWarnings) })
  if (Body === undefined) return { Body: await objectText(resource, BodyS3Location), ...options }
  const title = typeof Body.info?.title === 'string' ? Body.info.title : resource.stackName
  return { Body: JSON.stringify({ ...Body, info: { version: '1.0', ...Body.info, title } }), ...options }
}

async function objectText({ aws }: ResourceContext, { Bucket, Key, Version }: any): Promise<string> {
  const { Body } = await aws.s3.GetObject({ Bucket, Key, ...Version !== undefined && { VersionId: String(Version) } })
  const pieces: Buffer[] = []
  for await (const piece of Body as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

const stage: ResourceType = {
  ...standingStages,
  properties: {
    ApiId: 'required', StageName: 'required', AccessLogSettings: 'optional', AutoDeploy: 'optional', DefaultRouteSettings: 'optional', DeploymentId: 'optional',
    Description: 'optional',
    RouteSettings: 'optional', StageVariables: 'optional', Tags: 'optional',
  },
  createOnly: ['ApiId', 'StageName'],
  async create(resource, { ApiId, StageName, Tags, ...properties }) {
    await resource.aws.apigatewayv2.CreateStage({ ...settingsOfStage(properties), ApiId, StageName, Tags: ownTags(resource, Tags) } as any)
    return { id: StageName }
  },
  async update(resource, id, properties, previous) {
    const { aws } = resource
    const { ApiId, StageName } = properties
    if (previous.AccessLogSettings && !properties.AccessLogSettings) await aws.apigatewayv2.DeleteAccessLogSettings({ ApiId, StageName })
    for (const RouteKey of Object.keys(previous.RouteSettings ?? {})) {
      if (!properties.RouteSettings?.[RouteKey]) await ignoreMissing(aws.apigatewayv2.DeleteRouteSettings({ ApiId, StageName, RouteKey }))
    }
    const gone = Object.fromEntries(Object.keys(previous.StageVariables ?? {}).map(name => [name, '']))
    const changes = settingsOfStage(properties)
    await aws.apigatewayv2.UpdateStage({ ...changes, ApiId, StageName, StageVariables: { ...gone, ...changes.StageVariables as object } } as any)
    await updateTags(resource, apiArn(resource, ApiId, `/stages/${StageName}`), properties.Tags, previous.Tags)
    return { id }
  },
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteStage({ ApiId, StageName: id })),
}

const settingsOfStage = ({ AutoDeploy, DeploymentId, Description, AccessLogSettings, DefaultRouteSettings, RouteSettings, StageVariables }: any) => given({
  AutoDeploy: boolean(AutoDeploy), DeploymentId, Description, AccessLogSettings, StageVariables,
  DefaultRouteSettings: DefaultRouteSettings && settings(DefaultRouteSettings),
  RouteSettings: RouteSettings && routeSettings(RouteSettings),
})

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::ApiGatewayV2::Api': api, 'AWS::ApiGatewayV2::Stage': stage, 'AWS::ApiGatewayV2::Integration': integration, 'AWS::ApiGatewayV2::Route': route,
  'AWS::ApiGatewayV2::Authorizer': authorizer, 'AWS::ApiGatewayV2::Deployment': deployment, 'AWS::ApiGatewayV2::DomainName': domainName,
  'AWS::ApiGatewayV2::ApiMapping': apiMapping,
  'AWS::ApiGatewayV2::ApiGatewayManagedOverrides': managedOverrides,
}
