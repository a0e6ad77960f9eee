import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import { service } from '../../platform/service.ts'
import { CreateApi } from './apis/CreateApi.ts'
import { DeleteApi } from './apis/DeleteApi.ts'
import { DeleteCorsConfiguration } from './apis/DeleteCorsConfiguration.ts'
import { ExportApi } from './apis/ExportApi.ts'
import { GetApi } from './apis/GetApi.ts'
import { GetApis } from './apis/GetApis.ts'
import { ImportApi } from './apis/ImportApi.ts'
import { ReimportApi } from './apis/ReimportApi.ts'
import { UpdateApi } from './apis/UpdateApi.ts'
import { authorization } from './authorization.ts'
import { CreateAuthorizer } from './authorizers/CreateAuthorizer.ts'
import { DeleteAuthorizer } from './authorizers/DeleteAuthorizer.ts'
import { GetAuthorizer } from './authorizers/GetAuthorizer.ts'
import { GetAuthorizers } from './authorizers/GetAuthorizers.ts'
import { ResetAuthorizersCache } from './authorizers/ResetAuthorizersCache.ts'
import { UpdateAuthorizer } from './authorizers/UpdateAuthorizer.ts'
import { resourceTypes } from './cloudformation.ts'
import { CreateDeployment } from './deployments/CreateDeployment.ts'
import { DeleteDeployment } from './deployments/DeleteDeployment.ts'
import { GetDeployment } from './deployments/GetDeployment.ts'
import { GetDeployments } from './deployments/GetDeployments.ts'
import { UpdateDeployment } from './deployments/UpdateDeployment.ts'
import { CreateDomainName } from './domains/CreateDomainName.ts'
import { DeleteDomainName } from './domains/DeleteDomainName.ts'
import { GetDomainName } from './domains/GetDomainName.ts'
import { GetDomainNames } from './domains/GetDomainNames.ts'
import { UpdateDomainName } from './domains/UpdateDomainName.ts'
import { CreateIntegration } from './integrations/CreateIntegration.ts'
import { DeleteIntegration } from './integrations/DeleteIntegration.ts'
import { GetIntegration } from './integrations/GetIntegration.ts'
import { GetIntegrations } from './integrations/GetIntegrations.ts'
import { UpdateIntegration } from './integrations/UpdateIntegration.ts'
import { CreateApiMapping } from './mappings/CreateApiMapping.ts'
import { DeleteApiMapping } from './mappings/DeleteApiMapping.ts'
import { GetApiMapping } from './mappings/GetApiMapping.ts'
import { GetApiMappings } from './mappings/GetApiMappings.ts'
import { UpdateApiMapping } from './mappings/UpdateApiMapping.ts'
import { CreateRoute } from './routes/CreateRoute.ts'
import { DeleteRoute } from './routes/DeleteRoute.ts'
import { GetRoute } from './routes/GetRoute.ts'
import { GetRoutes } from './routes/GetRoutes.ts'
import { UpdateRoute } from './routes/UpdateRoute.ts'
import { claims, mayClaim } from './serving/claims.ts'
import { owns } from './serving/locate.ts'
import { newMemory } from './serving/memory.ts'
import { serve } from './serving/serve.ts'
import { CreateStage } from './stages/CreateStage.ts'
import { DeleteAccessLogSettings } from './stages/DeleteAccessLogSettings.ts'
import { DeleteRouteSettings } from './stages/DeleteRouteSettings.ts'
import { DeleteStage } from './stages/DeleteStage.ts'
import { GetStage } from './stages/GetStage.ts'
import { GetStages } from './stages/GetStages.ts'
import { UpdateStage } from './stages/UpdateStage.ts'
import { tables, type ApiGateway, type GatewayState } from './state.ts'
import { GetTags } from './tags/GetTags.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'

export const apigatewayv2 = service<ApiGatewayV2, ApiGateway>({
  name: 'apigatewayv2',
  iamPrefix: 'apigateway',
  billing: 'AmazonApiGateway',
  tables,
  operations: {
    CreateApi, CreateApiMapping, CreateAuthorizer, CreateDeployment, CreateDomainName, CreateIntegration, CreateRoute, CreateStage,
    DeleteAccessLogSettings, DeleteApi, DeleteApiMapping, DeleteAuthorizer, DeleteCorsConfiguration, DeleteDeployment, DeleteDomainName,
    DeleteIntegration, DeleteRoute, DeleteRouteSettings, DeleteStage, ExportApi, GetApi, GetApiMapping, GetApiMappings, GetApis, GetAuthorizer,
    GetAuthorizers, GetDeployment, GetDeployments, GetDomainName, GetDomainNames, GetIntegration, GetIntegrations, GetRoute, GetRoutes, GetStage,
    GetStages, GetTags, ImportApi, ReimportApi, ResetAuthorizersCache, TagResource, UntagResource, UpdateApi, UpdateApiMapping, UpdateAuthorizer,
    UpdateDeployment, UpdateDomainName, UpdateIntegration, UpdateRoute, UpdateStage,
  },
  authorization,
  open: newMemory,
  settle: written,
  close: written,
  http: { claims, mayClaim, owns, handle: serve },
  resourceTypes,
})

async function written(state: GatewayState): Promise<void> {
  await Promise.all(state.writing)
}
