import type { Api } from '@aws-sdk/client-apigatewayv2'
import type { ApiGateway, ApiRow } from '../state.ts'

/** The API as AWS shows it. The endpoint is the host that the cloud itself answers. */
export const apiOutput = (gateway: ApiGateway, row: ApiRow): Api => ({
  ApiId: row.id, Name: row.name, ProtocolType: 'HTTP', ApiEndpoint: endpointOf(gateway, row), RouteSelectionExpression: '$request.method $request.path',
  ApiKeySelectionExpression: '$request.header.x-api-key', CreatedDate: new Date(row.createdAt), DisableExecuteApiEndpoint: row.disableExecuteApiEndpoint, Tags: row.tags, IpAddressType: 'ipv4',
  ...row.description !== undefined && { Description: row.description }, ...row.version !== undefined && { Version: row.version }, ...row.cors && { CorsConfiguration: row.cors },
})

export const endpointOf = (gateway: ApiGateway, row: Pick<ApiRow, 'id'>): string => `http://${row.id}.execute-api.localhost:${gateway.config.port}`

/** Deletes all that belongs to an API, but not the API. */
export async function clearApi(gateway: ApiGateway, apiId: string, what: ('routes' | 'integrations' | 'stages')[]): Promise<void> {
  if (what.includes('routes')) for (const row of await gateway.tables.routes.list({ prefix: [apiId] })) await gateway.tables.routes.delete(apiId, row.id)
  if (what.includes('integrations')) for (const row of await gateway.tables.integrations.list({ prefix: [apiId] })) await gateway.tables.integrations.delete(apiId, row.id)
  if (what.includes('stages')) for (const row of await gateway.tables.stages.list({ prefix: [apiId] })) await gateway.tables.stages.delete(apiId, row.name)
}
