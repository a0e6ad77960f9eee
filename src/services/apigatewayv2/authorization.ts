import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import type { ServiceDefinition } from '../../platform/service.ts'
import { domainArn } from './domains/domain.ts'
import { apiArn, type ApiGateway } from './state.ts'

/** What names a resource in an input, of any operation. */
type Name =
  | 'ApiId' | 'RouteId' | 'IntegrationId' | 'AuthorizerId' | 'DeploymentId' | 'StageName' | 'DomainName' | 'ApiMappingId' | 'ResourceArn' | 'Specification'
type Named = Partial<Record<Name, string | undefined>>

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const tagsOfApi = async ({ tables }: ApiGateway, { ApiId, StageName }: Named) =>
  ApiId === undefined ? undefined : (StageName === undefined ? await tables.apis.get(ApiId) : await tables.stages.get(ApiId, StageName))?.tags
const tagsOfDomain = async ({ tables }: ApiGateway, { DomainName }: Named) =>
  DomainName === undefined ? undefined : (await tables.domains.get(DomainName.toLowerCase()))?.tags

/** API Gateway's actions are HTTP methods, its resources the paths they are sent to. */
const onApi = (method: Method, path: (input: Named) => string) => ({
  resourceTags: (gateway: ApiGateway, input: object) => tagsOfApi(gateway, input as Named),
  action: `apigateway:${method}`, resource: (gateway: ApiGateway, input: object) => apiArn(gateway, (input as Named).ApiId ?? '', path(input as Named)),
})
const onDomain = (method: Method, path: (input: Named) => string) => ({
  resourceTags: (gateway: ApiGateway, input: object) => tagsOfDomain(gateway, input as Named),
  action: `apigateway:${method}`,
  resource: (gateway: ApiGateway, input: object) => domainArn(gateway, (input as Named).DomainName?.toLowerCase() ?? '', path(input as Named)),
})
const onTags = (method: Method) => ({
  action: `apigateway:${method}`,
  resource: ({ partition, region }: ApiGateway, input: object) =>
    `arn:${partition}:apigateway:${region}::/tags/${encodeURIComponent((input as Named).ResourceArn ?? '')}`,
})

const itself = () => ''
const under = (folder: string, id: keyof Named) => (input: Named) => input[id] === undefined ? `/${folder}` : `/${folder}/${input[id]}`
const routes = under('routes', 'RouteId')
const integrations = under('integrations', 'IntegrationId')
const authorizers = under('authorizers', 'AuthorizerId')
const deployments = under('deployments', 'DeploymentId')
const stages = under('stages', 'StageName')
const mappings = under('apimappings', 'ApiMappingId')

export const authorization: ServiceDefinition<ApiGatewayV2, ApiGateway>['authorization'] = {
  CreateApi: onApi('POST', itself), DeleteApi: onApi('DELETE', itself), GetApi: onApi('GET', itself), GetApis: onApi('GET', itself),
  ImportApi: onApi('PUT', itself),
  ReimportApi: onApi('PUT', itself), UpdateApi: onApi('PATCH', itself), DeleteCorsConfiguration: onApi('DELETE', () => '/cors'),
  ExportApi: onApi('GET', under('exports', 'Specification')),
  CreateRoute: onApi('POST', routes), DeleteRoute: onApi('DELETE', routes), GetRoute: onApi('GET', routes), GetRoutes: onApi('GET', routes),
  UpdateRoute: onApi('PATCH', routes),
  CreateIntegration: onApi('POST', integrations), DeleteIntegration: onApi('DELETE', integrations), GetIntegration: onApi('GET', integrations),
  GetIntegrations: onApi('GET', integrations), UpdateIntegration: onApi('PATCH', integrations),
  CreateAuthorizer: onApi('POST', authorizers), DeleteAuthorizer: onApi('DELETE', authorizers), GetAuthorizer: onApi('GET', authorizers),
  GetAuthorizers: onApi('GET', authorizers),
  UpdateAuthorizer: onApi('PATCH', authorizers), ResetAuthorizersCache: onApi('DELETE', input => `${stages(input)}/cache/authorizers`),
  CreateDeployment: onApi('POST', () => '/deployments'), DeleteDeployment: onApi('DELETE', deployments), GetDeployment: onApi('GET', deployments),
  GetDeployments: onApi('GET', deployments),
  UpdateDeployment: onApi('PATCH', deployments),
  CreateStage: onApi('POST', () => '/stages'), DeleteStage: onApi('DELETE', stages), GetStage: onApi('GET', stages), GetStages: onApi('GET', stages),
  UpdateStage: onApi('PATCH', stages),
  DeleteAccessLogSettings: onApi('DELETE', input => `${stages(input)}/accesslogsettings`),
  DeleteRouteSettings: onApi('DELETE', input => `${stages(input)}/routesettings`),
  CreateDomainName: { ...onDomain('POST', itself), resource: gateway => domainArn(gateway, '') }, DeleteDomainName: onDomain('DELETE', itself),
  GetDomainName: onDomain('GET', itself),
  GetDomainNames: onDomain('GET', itself), UpdateDomainName: onDomain('PATCH', itself),
  CreateApiMapping: onDomain('POST', () => '/apimappings'), DeleteApiMapping: onDomain('DELETE', mappings), GetApiMapping: onDomain('GET', mappings),
  GetApiMappings: onDomain('GET', mappings), UpdateApiMapping: onDomain('PATCH', mappings),
  GetTags: onTags('GET'), TagResource: onTags('POST'), UntagResource: onTags('DELETE'),
}
