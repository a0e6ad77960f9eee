import type { Api, Cors } from '@aws-sdk/client-apigatewayv2'
import { BadRequestException, present, type ApiGateway, type ApiRow } from '../state.ts'

/** The API as AWS shows it. The endpoint is the host that the cloud itself answers. */
export const apiOutput = (gateway: ApiGateway, row: ApiRow): Api => ({
  ApiId: row.id, Name: row.name, ProtocolType: 'HTTP', ApiEndpoint: endpointOf(gateway, row), RouteSelectionExpression: '$request.method $request.path',
  ApiKeySelectionExpression: '$request.header.x-api-key', CreatedDate: new Date(row.createdAt), DisableExecuteApiEndpoint: row.disableExecuteApiEndpoint,
  Tags: row.tags,
  IpAddressType: row.ipAddressType ?? 'ipv4', ...present({ Description: row.description, Version: row.version, CorsConfiguration: row.cors }),
})

export const endpointOf = (gateway: ApiGateway, row: Pick<ApiRow, 'id'>): string => `http://${row.id}.execute-api.localhost:${gateway.config.port}`

const corsMethods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', '*'])

/** A CORS configuration as rows hold it; BadRequestException for what no browser could use. */
export function corsOf(given: Cors): Cors {
  const method = given.AllowMethods?.find(each => !corsMethods.has(each.toUpperCase()))
  if (method !== undefined) throw new BadRequestException(`Invalid CORS method specified: ${method}`)
  const origin = given.AllowOrigins?.find(each => each !== '*' && !/^[a-z][a-z0-9+.-]*:\/\/[^/]+$/i.test(each))
  if (origin !== undefined) throw new BadRequestException(`Invalid format for origin ${origin}. Origins must be '*' or a scheme and a host`)
  if (given.AllowCredentials && given.AllowOrigins?.includes('*')) {
    throw new BadRequestException('allow-credentials is not supported for any origin(*). Please specify explicit origins.')
  }
  return present({
    AllowCredentials: given.AllowCredentials, AllowHeaders: given.AllowHeaders, AllowMethods: given.AllowMethods?.map(each => each.toUpperCase()),
    AllowOrigins: given.AllowOrigins,
    ExposeHeaders: given.ExposeHeaders, MaxAge: given.MaxAge,
  }) as Cors
}

/** Deletes what makes up an API, but not the API; `stages` takes its stages and deployments too. */
export async function clearApi(gateway: ApiGateway, apiId: string, options: { stages: boolean }): Promise<void> {
  const { routes, integrations, authorizers, stages, deployments } = gateway.tables
  for (const row of await routes.list({ prefix: [apiId] })) await routes.delete(apiId, row.id)
  for (const row of await integrations.list({ prefix: [apiId] })) await integrations.delete(apiId, row.id)
  for (const row of await authorizers.list({ prefix: [apiId] })) await authorizers.delete(apiId, row.id)
  if (!options.stages) return
  for (const row of await stages.list({ prefix: [apiId] })) await stages.delete(apiId, row.name)
  for (const row of await deployments.list({ prefix: [apiId] })) await deployments.delete(apiId, row.id)
}
