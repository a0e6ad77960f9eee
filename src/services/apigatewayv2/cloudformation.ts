import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'

const ignoreMissing = async (work: Promise<unknown>) => {
  await work.catch((error: Error) => {
    if (error.name !== 'NotFoundException') throw error
  })
}

const attributes = ({ endpoint }: ResourceContext, id: string) => ({ ApiId: id, ApiEndpoint: `http://${id}.execute-api.localhost:${new URL(endpoint).port || '80'}` })

const api: ResourceType = {
  properties: {
    Body: 'optional', Name: 'optional', ProtocolType: 'optional', CorsConfiguration: 'optional', Description: 'optional', Version: 'optional', DisableExecuteApiEndpoint: 'optional',
    RouteKey: 'optional', Target: 'optional', Tags: 'optional', FailOnWarnings: 'optional',
  },
  createOnly: ['ProtocolType', 'RouteKey', 'Target', 'Tags'],
  async create(resource, { Body, FailOnWarnings: _, ...given }) {
    const properties = { ...given, ...given.DisableExecuteApiEndpoint !== undefined && { DisableExecuteApiEndpoint: isTrue(given.DisableExecuteApiEndpoint) } }
    if (Body === undefined) {
      const { ApiId } = await resource.aws.apigatewayv2.CreateApi(properties as any)
      return { id: ApiId!, attributes: attributes(resource, ApiId!) }
    }
    const { ApiId } = await resource.aws.apigatewayv2.ImportApi({ Body: bodyOf(Body, resource) })
    const { Tags: _tags, ProtocolType: _protocol, ...settings } = properties as Record<string, any>
    if (Object.keys(settings).length > 0) await resource.aws.apigatewayv2.UpdateApi({ ApiId, ...settings })
    return { id: ApiId!, attributes: attributes(resource, ApiId!) }
  },
  async update(resource, id, { Body, FailOnWarnings: _, ProtocolType: _protocol, RouteKey: _key, Target: _target, Tags: _tags, ...settings }) {
    if (Body !== undefined) await resource.aws.apigatewayv2.ReimportApi({ ApiId: id, Body: bodyOf(Body, resource) })
    if (Object.keys(settings).length > 0) await resource.aws.apigatewayv2.UpdateApi({ ApiId: id, ...settings })
    return { id, attributes: attributes(resource, id) }
  },
  delete: (resource, id) => ignoreMissing(resource.aws.apigatewayv2.DeleteApi({ ApiId: id })),
}

const isTrue = (value: unknown) => value === true || value === 'true'

/** The definition as text; without a title it bears the resource's name. */
function bodyOf(body: any, { stackName }: ResourceContext): string {
  return JSON.stringify({ ...body, info: { version: '1.0', ...body.info, title: typeof body.info?.title === 'string' ? body.info.title : stackName } })
}

const stage: ResourceType = {
  properties: { ApiId: 'required', StageName: 'required', AutoDeploy: 'optional', Description: 'optional', StageVariables: 'optional', Tags: 'optional' },
  createOnly: ['ApiId', 'StageName', 'Tags', 'AutoDeploy'],
  async create({ aws }, properties) {
    await aws.apigatewayv2.CreateStage({ ...properties, AutoDeploy: isTrue(properties.AutoDeploy) } as any)
    return { id: properties.StageName }
  },
  async update({ aws }, id, { ApiId, StageName, Description, StageVariables }) {
    await aws.apigatewayv2.UpdateStage({ ApiId, StageName, Description, StageVariables })
    return { id }
  },
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteStage({ ApiId, StageName: id })),
}

const integration: ResourceType = {
  properties: {
    ApiId: 'required', IntegrationType: 'required', IntegrationUri: 'optional', IntegrationMethod: 'optional', PayloadFormatVersion: 'optional', TimeoutInMillis: 'optional',
    Description: 'optional',
  },
  createOnly: ['ApiId', 'IntegrationType', 'IntegrationUri', 'IntegrationMethod', 'PayloadFormatVersion', 'TimeoutInMillis', 'Description'],
  async create({ aws }, { TimeoutInMillis, ...properties }) {
    const { IntegrationId } = await aws.apigatewayv2.CreateIntegration({ ...properties, ...TimeoutInMillis !== undefined && { TimeoutInMillis: Number(TimeoutInMillis) } } as any)
    return { id: IntegrationId! , attributes: { IntegrationId } }
  },
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteIntegration({ ApiId, IntegrationId: id })),
}

const route: ResourceType = {
  properties: { ApiId: 'required', RouteKey: 'required', Target: 'optional', AuthorizationType: 'optional', OperationName: 'optional' },
  createOnly: ['ApiId', 'RouteKey', 'Target', 'AuthorizationType', 'OperationName'],
  async create({ aws }, properties) {
    const { RouteId } = await aws.apigatewayv2.CreateRoute(properties as any)
    return { id: RouteId!, attributes: { RouteId } }
  },
  delete: ({ aws }, id, { ApiId }) => ignoreMissing(aws.apigatewayv2.DeleteRoute({ ApiId, RouteId: id })),
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::ApiGatewayV2::Api': api, 'AWS::ApiGatewayV2::Stage': stage, 'AWS::ApiGatewayV2::Integration': integration, 'AWS::ApiGatewayV2::Route': route,
}
