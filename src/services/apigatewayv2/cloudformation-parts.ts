import type { ResourceType } from '../../platform/resource-type.ts'
import { boolean, given, ignoreMissing, number, routeSettings, settings } from './cloudformation-values.ts'
import { standingAuthorizers, standingDeployments, standingIntegrations, standingOverrides, standingRoutes } from './cloudformation-standing.ts'

type Mappings = Record<string, string>

/** CloudFormation lists what the API maps: `{ 200: { ResponseParameters: [{ Source, Destination }] } }`. */
const responseParameters = (byStatus: Record<string, any> | undefined): Record<string, Mappings> | undefined =>
  byStatus && Object.fromEntries(Object.entries(byStatus).map(([status, each]) =>
  [status, Object.fromEntries((each?.ResponseParameters ?? []).map(({ Source, Destination }: any) => [Destination, String(Source)]))]))

const integrationInput = ({ ResponseParameters, TimeoutInMillis, ...properties }: any) =>
  given({ ...properties, TimeoutInMillis: number(TimeoutInMillis), ResponseParameters: responseParameters(ResponseParameters) })

export const integration: ResourceType = {
  ...standingIntegrations,
  properties: {
    ApiId: 'required', IntegrationType: 'required', ConnectionId: 'optional', ConnectionType: 'optional', ContentHandlingStrategy: 'optional',
    CredentialsArn: 'optional', Description: 'optional',
    IntegrationMethod: 'optional', IntegrationSubtype: 'optional', IntegrationUri: 'optional', PassthroughBehavior: 'optional',
    PayloadFormatVersion: 'optional', RequestParameters: 'optional',
    RequestTemplates: 'optional', ResponseParameters: 'optional', TemplateSelectionExpression: 'optional', TimeoutInMillis: 'optional', TlsConfig: 'optional',
  },
  createOnly: ['ApiId'],
  async create({ aws }, properties) {
    const { IntegrationId } = await aws.apigatewayv2.CreateIntegration(integrationInput(properties) as any)
    return { id: IntegrationId!, attributes: { IntegrationId } }
  },
  async update({ aws }, id, properties, previous) {
    const blank = (before: object | undefined, value: unknown) => Object.fromEntries(Object.keys(before ?? {}).map(key => [key, value]))
    const input = integrationInput(properties)
    await aws.apigatewayv2.UpdateIntegration({
      CredentialsArn: '', Description: '', ...input, IntegrationId: id,
      RequestParameters: { ...blank(previous.RequestParameters, ''), ...input.RequestParameters as object },
      ResponseParameters: { ...blank(previous.ResponseParameters, {}), ...input.ResponseParameters as object },
    } as any)
    return { id, attributes: { IntegrationId: id } }
  },
  attributes: async (_, id) => ({ IntegrationId: id }),
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteIntegration({ ApiId, IntegrationId: id })),
}

const routeInput = ({ ApiKeyRequired, ...properties }: any) => given({ ...properties, ApiKeyRequired: boolean(ApiKeyRequired) })

export const route: ResourceType = {
  ...standingRoutes,
  properties: {
    ApiId: 'required', RouteKey: 'required', ApiKeyRequired: 'optional', AuthorizationScopes: 'optional', AuthorizationType: 'optional',
    AuthorizerId: 'optional',
    ModelSelectionExpression: 'optional', OperationName: 'optional', RequestModels: 'optional', RequestParameters: 'optional',
    RouteResponseSelectionExpression: 'optional', Target: 'optional',
  },
  createOnly: ['ApiId'],
  async create({ aws }, properties) {
    const { RouteId } = await aws.apigatewayv2.CreateRoute(routeInput(properties) as any)
    return { id: RouteId!, attributes: { RouteId } }
  },
  async update({ aws }, id, properties) {
    const defaults = { AuthorizationType: 'NONE', AuthorizationScopes: [], OperationName: '', Target: '' }
    await aws.apigatewayv2.UpdateRoute({ ...defaults, ...routeInput(properties), RouteId: id } as any)
    return { id, attributes: { RouteId: id } }
  },
  attributes: async (_, id) => ({ RouteId: id }),
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteRoute({ ApiId, RouteId: id })),
}

const authorizerInput = ({ AuthorizerResultTtlInSeconds, EnableSimpleResponses, ...properties }: any) =>
  given({ ...properties, AuthorizerResultTtlInSeconds: number(AuthorizerResultTtlInSeconds), EnableSimpleResponses: boolean(EnableSimpleResponses) })

export const authorizer: ResourceType = {
  ...standingAuthorizers,
  properties: {
    ApiId: 'required', AuthorizerType: 'required', Name: 'required', AuthorizerCredentialsArn: 'optional', AuthorizerPayloadFormatVersion: 'optional',
    AuthorizerResultTtlInSeconds: 'optional', AuthorizerUri: 'optional', EnableSimpleResponses: 'optional', IdentitySource: 'optional',
    IdentityValidationExpression: 'optional',
    JwtConfiguration: 'optional',
  },
  createOnly: ['ApiId', 'AuthorizerType'],
  async create({ aws }, properties) {
    const { AuthorizerId } = await aws.apigatewayv2.CreateAuthorizer({ IdentitySource: [], ...authorizerInput(properties) } as any)
    return { id: AuthorizerId!, attributes: { AuthorizerId } }
  },
  async update({ aws }, id, properties) {
    await aws.apigatewayv2.UpdateAuthorizer({ IdentitySource: [], ...authorizerInput(properties), AuthorizerId: id } as any)
    return { id, attributes: { AuthorizerId: id } }
  },
  attributes: async (_, id) => ({ AuthorizerId: id }),
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteAuthorizer({ ApiId, AuthorizerId: id })),
}

export const deployment: ResourceType = {
  ...standingDeployments,
  properties: { ApiId: 'required', Description: 'optional', StageName: 'optional' },
  createOnly: ['ApiId', 'StageName'],
  async create({ aws }, properties) {
    const { DeploymentId } = await aws.apigatewayv2.CreateDeployment(properties as any)
    return { id: DeploymentId!, attributes: { DeploymentId } }
  },
  async update({ aws }, id, { ApiId, Description = '' }) {
    await aws.apigatewayv2.UpdateDeployment({ ApiId, DeploymentId: id, Description })
    return { id, attributes: { DeploymentId: id } }
  },
  attributes: async (_, id) => ({ DeploymentId: id }),
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteDeployment({ ApiId, DeploymentId: id })),
}

/** Settings of what quick create made: the $default stage, the route and the integration. */
export const managedOverrides: ResourceType = {
  ...standingOverrides,
  properties: { ApiId: 'required', Integration: 'optional', Route: 'optional', Stage: 'optional' },
  createOnly: ['ApiId'],
  async create({ aws }, properties) {
    const { ApiId, Integration, Route, Stage } = properties
    if (Integration) {
      const { Items } = await aws.apigatewayv2.GetIntegrations({ ApiId })
      const IntegrationId = Items?.find(each => each.ApiGatewayManaged)?.IntegrationId
      await aws.apigatewayv2.UpdateIntegration({ ApiId, IntegrationId, ...integrationInput(Integration) } as any)
    }
    if (Route) {
      const { Items } = await aws.apigatewayv2.GetRoutes({ ApiId })
      await aws.apigatewayv2.UpdateRoute({ ApiId, RouteId: Items?.find(each => each.ApiGatewayManaged)?.RouteId, ...Route } as any)
    }
    if (Stage) {
      const { AutoDeploy, DefaultRouteSettings, RouteSettings, ...rest } = Stage
      const overrides = given({
        AutoDeploy: boolean(AutoDeploy), DefaultRouteSettings: DefaultRouteSettings && settings(DefaultRouteSettings),
        RouteSettings: RouteSettings && routeSettings(RouteSettings),
      })
      await aws.apigatewayv2.UpdateStage({ ApiId, StageName: '$default', ...rest, ...overrides } as any)
    }
    return { id: ApiId, attributes: { Id: ApiId } }
  },
  update: (resource, _id, properties) => managedOverrides.create(resource, properties),
  attributes: async (_, id) => ({ Id: id }),
  // What was overridden stays, as the API itself goes with its stack.
  delete: async () => {},
}
