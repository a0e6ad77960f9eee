import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, asGiven, unlessGone, withoutDefaults } from '../../platform/standing.ts'

/** What exists already: for drift detection, import and Cloud Control. */

type Properties = Known<any>
const found = <Answer>(answer: Promise<Answer>) => unlessGone(answer, 'NotFoundException')

const tagsOf = async ({ aws, partition, region }: ResourceContext, path: string): Promise<Record<string, string>> =>
  (await aws.apigatewayv2.GetTags({ ResourceArn: `arn:${partition}:apigateway:${region}::${path}` })).Tags ?? {}

/** The identifiers of what an API has: `ApiId|ID`, or the other way around. */
const within = (operation: 'GetRoutes' | 'GetIntegrations' | 'GetAuthorizers' | 'GetDeployments' | 'GetStages', idOf: (item: any) => string, apiFirst = true) =>
  ({ aws }: ResourceContext, { ApiId }: Properties): Promise<string[]> => allPages(async NextToken => {
    const { Items, NextToken: next } = await aws.apigatewayv2[operation]({ ApiId: ApiId!, ...NextToken !== undefined && { NextToken } })
    return { items: (Items ?? [] as unknown[]).map(item => (apiFirst ? [ApiId, idOf(item)] : [idOf(item), ApiId]).join('|')), next }
  })

const upperCased = (value: unknown): unknown => Array.isArray(value) ? value.map(each => String(each).toUpperCase()) : value

/** What its definition is, and what quick create made, is not told: Body, Target and the like are written only, as on AWS. */
export const standingApis = {
  identifier: 'ApiId', tagsAre: 'map' as const,
  writeOnly: ['BasePath', 'Body', 'BodyS3Location', 'CredentialsArn', 'DisableSchemaValidation', 'FailOnWarnings', 'RouteKey', 'Target'],
  async read({ aws }: ResourceContext, ApiId: string, known: Properties) {
    const api = await found(aws.apigatewayv2.GetApi({ ApiId }))
    if (!api) return undefined
    const { Name, Description, Version, ProtocolType, DisableExecuteApiEndpoint, IpAddressType, CorsConfiguration: cors } = api
    const AllowMethods = cors?.AllowMethods && asGiven(cors.AllowMethods, known.CorsConfiguration?.AllowMethods, upperCased)
    return {
      Name, Description, Version, ProtocolType, DisableExecuteApiEndpoint, IpAddressType, ApiKeySelectionExpression: api.ApiKeySelectionExpression,
      RouteSelectionExpression: asGiven(api.RouteSelectionExpression, known.RouteSelectionExpression, value => String(value).replace(/[{}]/g, '')),
      CorsConfiguration: cors && { ...cors, ...AllowMethods && { AllowMethods } },
    }
  },
  /** Tags that the definition gives the API are none of the template's property. */
  async tags(resource: ResourceContext, ApiId: string, { Body, Tags }: Properties) {
    const defined = new Set((Array.isArray(Body?.tags) ? Body.tags : []).map((tag: { name?: unknown }) => tag.name))
    const tags = await tagsOf(resource, `/apis/${ApiId}`)
    return Object.fromEntries(Object.entries(tags).filter(([key]) => !defined.has(key) || Object.hasOwn({ ...resource.tags, ...Tags }, key)))
  },
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async NextToken => {
    const { Items, NextToken: next } = await aws.apigatewayv2.GetApis({ ...NextToken !== undefined && { NextToken } })
    return { items: Items?.map(({ ApiId }) => ApiId!), next }
  }),
}

const routeSettings = (actual: object | undefined, given: unknown) => withoutDefaults(actual ?? {}, given, { DetailedMetricsEnabled: false } as object)

/** The deployment of a stage that deploys by itself changes with its API. */
export const standingStages = {
  identifier: ['ApiId', 'StageName'], idMember: 'StageName', listBy: ['ApiId'], tagsAre: 'map' as const,
  async read({ aws }: ResourceContext, StageName: string, known: Properties) {
    const { ApiId } = known
    const stage = await found(aws.apigatewayv2.GetStage({ ApiId, StageName }))
    if (!stage) return undefined
    const { AutoDeploy, Description, StageVariables, AccessLogSettings: log, DeploymentId } = stage
    const byRoute = Object.entries(stage.RouteSettings ?? {}).map(([key, settings]) => [key, routeSettings(settings, known.RouteSettings?.[key])])
    const withoutEnd = (value: unknown) => String(value).replace(/:\*$/, '')
    return {
      ApiId, StageName, AutoDeploy, Description, StageVariables: filled(StageVariables, known.StageVariables), ...!AutoDeploy && { DeploymentId },
      DefaultRouteSettings: filled(routeSettings(stage.DefaultRouteSettings, known.DefaultRouteSettings), known.DefaultRouteSettings),
      RouteSettings: filled(Object.fromEntries(byRoute), known.RouteSettings),
      AccessLogSettings: log && { ...log, DestinationArn: asGiven(log.DestinationArn, known.AccessLogSettings?.DestinationArn, withoutEnd) },
    }
  },
  tags: (resource: ResourceContext, StageName: string, { ApiId }: Properties) => tagsOf(resource, `/apis/${ApiId}/stages/${StageName}`),
  list: within('GetStages', stage => stage.StageName),
}

/** A map, undefined where it is empty and the template names none. */
const filled = <Values extends object>(values: Values | undefined, given: unknown): Values | undefined =>
  given !== undefined || Object.keys(values ?? {}).length > 0 ? values : undefined

export const standingIntegrations = {
  identifier: ['ApiId', 'IntegrationId'], idMember: 'IntegrationId', listBy: ['ApiId'],
  async read({ aws }: ResourceContext, IntegrationId: string, known: Properties) {
    const { ApiId } = known
    const integration = await found(aws.apigatewayv2.GetIntegration({ ApiId, IntegrationId }))
    return integration && { ApiId, ...readIntegration(integration, known) }
  },
  list: within('GetIntegrations', integration => integration.IntegrationId),
}

/** CloudFormation lists the response parameters that the API maps: in the order of the template, for a list is compared in its order. */
function readIntegration(integration: any, known: Properties) {
  const {
    IntegrationType, IntegrationSubtype, IntegrationUri, IntegrationMethod, ConnectionType, CredentialsArn, Description, PayloadFormatVersion, TimeoutInMillis,
    RequestParameters, ResponseParameters,
  } = integration
  const listed = (status: string, mappings: Record<string, string>) => {
    const given = (known?.ResponseParameters?.[status]?.ResponseParameters ?? []).map((each: { Destination: string }) => each.Destination)
    const names = [...given.filter((name: string) => Object.hasOwn(mappings, name)), ...Object.keys(mappings).filter(name => !given.includes(name))]
    return { ResponseParameters: names.map(Destination => ({ Source: mappings[Destination], Destination })) }
  }
  return {
    IntegrationType, IntegrationSubtype, IntegrationUri, IntegrationMethod, ConnectionType, CredentialsArn, Description, PayloadFormatVersion, TimeoutInMillis,
    RequestParameters, ResponseParameters: ResponseParameters
      && Object.fromEntries(Object.entries<Record<string, string>>(ResponseParameters).map(([status, each]) => [status, listed(status, each)])),
  }
}

const readRoute = ({ RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes, OperationName, ApiKeyRequired }: any) =>
  ({ RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes, OperationName, ApiKeyRequired })

export const standingRoutes = {
  identifier: ['ApiId', 'RouteId'], idMember: 'RouteId', listBy: ['ApiId'],
  async read({ aws }: ResourceContext, RouteId: string, { ApiId }: Properties) {
    const route = await found(aws.apigatewayv2.GetRoute({ ApiId, RouteId }))
    return route && { ApiId, ...readRoute(route) }
  },
  list: within('GetRoutes', route => route.RouteId),
}

export const standingAuthorizers = {
  identifier: ['AuthorizerId', 'ApiId'], idMember: 'AuthorizerId', listBy: ['ApiId'],
  async read({ aws }: ResourceContext, AuthorizerId: string, { ApiId }: Properties) {
    const authorizer = await found(aws.apigatewayv2.GetAuthorizer({ ApiId, AuthorizerId }))
    if (!authorizer) return undefined
    const {
      Name, AuthorizerType, AuthorizerUri, AuthorizerCredentialsArn, AuthorizerPayloadFormatVersion, AuthorizerResultTtlInSeconds, EnableSimpleResponses,
      IdentitySource, JwtConfiguration,
    } = authorizer
    return {
      ApiId, Name, AuthorizerType, AuthorizerUri, AuthorizerCredentialsArn, AuthorizerPayloadFormatVersion, AuthorizerResultTtlInSeconds,
      EnableSimpleResponses, IdentitySource, JwtConfiguration,
    }
  },
  list: within('GetAuthorizers', authorizer => authorizer.AuthorizerId, false),
}

/** The stage that a deployment was made for is not told. */
export const standingDeployments = {
  identifier: ['ApiId', 'DeploymentId'], idMember: 'DeploymentId', listBy: ['ApiId'], writeOnly: ['StageName'],
  async read({ aws }: ResourceContext, DeploymentId: string, { ApiId }: Properties) {
    const deployment = await found(aws.apigatewayv2.GetDeployment({ ApiId, DeploymentId }))
    return deployment && { ApiId, Description: deployment.Description }
  },
  list: within('GetDeployments', deployment => deployment.DeploymentId),
}

const configurationDefaults = { EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2', IpAddressType: 'ipv4' }

export const standingDomainNames = {
  identifier: 'DomainName', tagsAre: 'map' as const,
  async read({ aws }: ResourceContext, name: string, known: Properties) {
    const domain = await found(aws.apigatewayv2.GetDomainName({ DomainName: name }))
    return domain && {
      DomainName: asGiven(domain.DomainName, known.DomainName, value => String(value).toLowerCase()), RoutingMode: domain.RoutingMode,
      DomainNameConfigurations: filled(domain.DomainNameConfigurations?.map((each, at) => {
        const { CertificateArn, CertificateName, EndpointType, SecurityPolicy, IpAddressType, OwnershipVerificationCertificateArn } = each
        const configuration = { CertificateArn, CertificateName, EndpointType, SecurityPolicy, IpAddressType, OwnershipVerificationCertificateArn }
        return withoutDefaults(configuration as object, known.DomainNameConfigurations?.[at], configurationDefaults)
      }), known.DomainNameConfigurations),
    }
  },
  tags: (resource: ResourceContext, name: string) => tagsOf(resource, `/domainnames/${name.toLowerCase()}`),
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async NextToken => {
    const { Items, NextToken: next } = await aws.apigatewayv2.GetDomainNames({ ...NextToken !== undefined && { NextToken } })
    return { items: Items?.map(({ DomainName }) => DomainName!), next }
  }),
}

export const standingApiMappings = {
  identifier: ['ApiMappingId', 'DomainName'], idMember: 'ApiMappingId', listBy: ['DomainName'],
  async read({ aws }: ResourceContext, ApiMappingId: string, { DomainName, ApiMappingKey: given }: Properties) {
    const mapping = await found(aws.apigatewayv2.GetApiMapping({ DomainName, ApiMappingId }))
    if (!mapping) return undefined
    const { ApiId, Stage, ApiMappingKey } = mapping
    return { ApiId, DomainName, Stage, ApiMappingKey: ApiMappingKey === '' && given === undefined ? undefined : ApiMappingKey }
  },
  list: ({ aws }: ResourceContext, { DomainName }: Properties): Promise<string[]> => allPages(async NextToken => {
    const { Items, NextToken: next } = await aws.apigatewayv2.GetApiMappings({ DomainName, ...NextToken !== undefined && { NextToken } })
    return { items: Items?.map(({ ApiMappingId }) => `${ApiMappingId}|${DomainName}`), next }
  }),
}

/** Of what quick create made only what is overridden; what an API has that was not quickly created is none of it. */
export const standingOverrides = {
  identifier: 'ApiId',
  async read({ aws }: ResourceContext, ApiId: string, known: Properties) {
    const integrations = await found(aws.apigatewayv2.GetIntegrations({ ApiId }))
    if (!integrations) return undefined
    const managed = (items: { ApiGatewayManaged?: boolean | undefined }[] | undefined) => items?.find(each => each.ApiGatewayManaged)
    const [integration, route] = [managed(integrations.Items), managed((await aws.apigatewayv2.GetRoutes({ ApiId })).Items)]
    const stage = integration && await standingStages.read({ aws } as ResourceContext, '$default', { ...known.Stage, ApiId })
    if (!integration && !route) return undefined
    return {
      ApiId, Integration: only(integration && readIntegration(integration, known.Integration), known.Integration),
      Route: only(route && readRoute(route), known.Route), Stage: only(stage, known.Stage),
    }
  },
}

/** The members that the template overrides; all that are there where it is not known. */
function only(actual: Record<string, unknown> | undefined, given: Record<string, unknown> | undefined) {
  const members = Object.entries(actual ?? {}).filter(([name, value]) => value !== undefined && name !== 'ApiId' && (!given || Object.hasOwn(given, name)))
  return actual && Object.fromEntries(members)
}
