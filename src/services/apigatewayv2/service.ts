import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { service } from '../../platform/service.ts'
import { CreateApi } from './apis/CreateApi.ts'
import { DeleteApi } from './apis/DeleteApi.ts'
import { GetApi } from './apis/GetApi.ts'
import { GetApis } from './apis/GetApis.ts'
import { ImportApi } from './apis/ImportApi.ts'
import { ReimportApi } from './apis/ReimportApi.ts'
import { UpdateApi } from './apis/UpdateApi.ts'
import { resourceTypes } from './cloudformation.ts'
import { CreateIntegration } from './integrations/CreateIntegration.ts'
import { DeleteIntegration } from './integrations/DeleteIntegration.ts'
import { GetIntegration } from './integrations/GetIntegration.ts'
import { GetIntegrations } from './integrations/GetIntegrations.ts'
import { CreateRoute } from './routes/CreateRoute.ts'
import { DeleteRoute } from './routes/DeleteRoute.ts'
import { GetRoute } from './routes/GetRoute.ts'
import { GetRoutes } from './routes/GetRoutes.ts'
import { claims } from './serving/claims.ts'
import { serve } from './serving/serve.ts'
import { CreateStage } from './stages/CreateStage.ts'
import { DeleteStage } from './stages/DeleteStage.ts'
import { GetStage } from './stages/GetStage.ts'
import { GetStages } from './stages/GetStages.ts'
import { UpdateStage } from './stages/UpdateStage.ts'
import { apiArn, tables, type ApiGateway } from './state.ts'

interface Named { ApiId?: string | undefined, RouteId?: string | undefined, IntegrationId?: string | undefined, StageName?: string | undefined }

/** API Gateway's actions are HTTP methods, its resources paths. */
const rule = (method: string, path: (input: Named) => string) => ({
  action: `apigateway:${method}`, resource: (gateway: ApiGateway, input: object) => apiArn(gateway, (input as Named).ApiId ?? '', path(input as Named)),
})
const apis = () => ''
const routes = (input: Named) => input.RouteId === undefined ? '/routes' : `/routes/${input.RouteId}`
const integrations = (input: Named) => input.IntegrationId === undefined ? '/integrations' : `/integrations/${input.IntegrationId}`
const stages = (input: Named) => `/stages/${input.StageName}`

export const apigatewayv2 = service<ApiGatewayV2, ApiGateway>({
  name: 'apigatewayv2',
  iamPrefix: 'apigateway',
  billing: 'AmazonApiGateway',
  tables,
  operations: {
    CreateApi, CreateIntegration, CreateRoute, CreateStage, DeleteApi, DeleteIntegration, DeleteRoute, DeleteStage, GetApi, GetApis, GetIntegration, GetIntegrations, GetRoute, GetRoutes,
    GetStage, GetStages, ImportApi, ReimportApi, UpdateApi, UpdateStage,
  },
  authorization: {
    CreateApi: rule('POST', apis), DeleteApi: rule('DELETE', apis), GetApi: rule('GET', apis), GetApis: rule('GET', apis), ImportApi: rule('PUT', apis), ReimportApi: rule('PUT', apis),
    UpdateApi: rule('PATCH', apis), CreateRoute: rule('POST', () => '/routes'), DeleteRoute: rule('DELETE', routes), GetRoute: rule('GET', routes), GetRoutes: rule('GET', routes),
    CreateIntegration: rule('POST', () => '/integrations'), DeleteIntegration: rule('DELETE', integrations), GetIntegration: rule('GET', integrations),
    GetIntegrations: rule('GET', integrations),
    CreateStage: rule('POST', () => '/stages'), DeleteStage: rule('DELETE', stages), GetStage: rule('GET', stages), GetStages: rule('GET', () => '/stages'), UpdateStage: rule('PATCH', stages),
  },
  http: { claims, handle: serve },
  resourceTypes,
})
