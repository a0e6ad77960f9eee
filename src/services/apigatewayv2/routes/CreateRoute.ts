import type { Route } from '@aws-sdk/client-apigatewayv2'
import { apiWithId, BadRequestException, ConflictException, newPartId, refuse, type ApiGateway, type Input, type Output, type RouteRow } from '../state.ts'

/** Adds a route: `GET /items/{id}`, `ANY /{proxy+}`, `$default`. */
export async function CreateRoute(gateway: ApiGateway, input: Input<'CreateRoute'>): Promise<Output<'CreateRoute'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return routeOutput(await addRoute(gateway, api.id, input))
}

export async function addRoute(gateway: ApiGateway, apiId: string, input: Omit<Input<'CreateRoute'>, 'ApiId'>): Promise<RouteRow> {
  refuse(input, ['AuthorizerId', 'AuthorizationScopes', 'RequestParameters', 'RequestModels', 'ModelSelectionExpression', 'RouteResponseSelectionExpression'])
  const authorizationType = input.AuthorizationType ?? 'NONE'
  if (authorizationType !== 'NONE' && authorizationType !== 'AWS_IAM') throw new BadRequestException(`The authorization type ${authorizationType} is not supported by Fogbank.`)
  const key = input.RouteKey!
  checkKey(key)
  if ((await gateway.tables.routes.list({ prefix: [apiId] })).some(row => row.key === key)) throw new ConflictException(`Route with key ${key} already exists for this API`)
  const row: RouteRow = {
    apiId, id: newPartId(), key, authorizationType, ...input.Target !== undefined && { target: input.Target }, ...input.OperationName !== undefined && { operationName: input.OperationName },
  }
  await gateway.tables.routes.put(row)
  return row
}

function checkKey(key: string): void {
  if (key === '$default') return
  const match = /^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY) (\/.*)$/.exec(key)
  if (!match) throw new BadRequestException(`The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`)
  const segments = match[2]!.slice(1).split('/')
  segments.forEach((segment, at) => {
    if (/[{}]/.test(segment) && !/^\{[\w.-]+\+?\}$/.test(segment)) throw new BadRequestException(`The path variable ${segment} is not formatted properly.`)
    if (segment.endsWith('+}') && at < segments.length - 1) throw new BadRequestException('A greedy path variable must be the last segment of the path.')
  })
}

export const routeOutput = (row: RouteRow): Route => ({
  RouteId: row.id, RouteKey: row.key, AuthorizationType: row.authorizationType, ApiKeyRequired: false,
  ...row.target !== undefined && { Target: row.target }, ...row.operationName !== undefined && { OperationName: row.operationName },
})
