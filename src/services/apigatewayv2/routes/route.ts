import type { Route } from '@aws-sdk/client-apigatewayv2'
import {
  apiWithId, BadRequestException, ConflictException, newPartId, NotFoundException, present, refuse, routesPerApiMax, scopesPerRouteMax,
  TooManyRequestsException,
  type ApiGateway, type ApiRow, type Input, type RouteRow,
} from '../state.ts'

const webSocketOnly = ['RequestParameters', 'RequestModels', 'ModelSelectionExpression', 'RouteResponseSelectionExpression'] as const
type Given = Partial<Omit<Input<'UpdateRoute'>, 'ApiId' | 'RouteId'>>

/** A route of an API of the caller's; NotFoundException where it is not there. */
export async function routeOf(gateway: ApiGateway, input: { ApiId: string | undefined, RouteId: string | undefined }): Promise<{ api: ApiRow, row: RouteRow }> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.routes.get(api.id, input.RouteId ?? '')
  if (!row) throw new NotFoundException('Invalid Route identifier specified')
  return { api, row }
}

export async function addRoute(gateway: ApiGateway, apiId: string, input: Given & { RouteKey: string | undefined }): Promise<RouteRow> {
  if ((await gateway.tables.routes.list({ prefix: [apiId] })).length >= routesPerApiMax) {
    throw new TooManyRequestsException('Maximum number of routes for this API has been reached.')
  }
  return changeRoute(gateway, { apiId, id: newPartId(), key: '', authorizationType: 'NONE' }, input)
}

/** Puts the row with what is given; every check of CreateRoute and UpdateRoute. */
export async function changeRoute(gateway: ApiGateway, before: RouteRow, input: Given): Promise<RouteRow> {
  const { apiId } = before
  refuse(input, webSocketOnly.filter(name => input[name] !== '' && Object.keys(input[name] ?? {}).length > 0))
  if (input.ApiKeyRequired) throw new BadRequestException('API keys are not supported for HTTP APIs')
  const key = input.RouteKey ?? before.key
  if (key !== before.key) {
    checkKey(key)
    if ((await gateway.tables.routes.list({ prefix: [apiId] })).some(row => row.key === key)) {
      throw new ConflictException(`Route with key ${key} already exists for this API`)
    }
  }
  const { target: _target, operationName: _name, authorizerId: _authorizer, scopes: _scopes, ...rest } = before
  const target = input.Target === undefined ? before.target : input.Target || undefined
  if (target !== undefined) await checkTarget(gateway, apiId, target)
  const row: RouteRow = {
    ...rest, key, ...present({ target, operationName: input.OperationName === undefined ? before.operationName : input.OperationName || undefined }),
    ...await authorizationOf(gateway, before, input),
  }
  await gateway.tables.routes.put(row)
  return row
}

async function authorizationOf(gateway: ApiGateway, before: RouteRow, input: Given): Promise<Pick<RouteRow, 'authorizationType' | 'authorizerId' | 'scopes'>> {
  const authorizationType = input.AuthorizationType ?? before.authorizationType
  const scopes = input.AuthorizationScopes ?? (authorizationType === 'JWT' ? before.scopes : undefined) ?? []
  if (scopes.length > 0 && authorizationType !== 'JWT') {
    const valid = 'Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization types'
    throw new BadRequestException(`Invalid Route authorization type specified. ${valid}`)
  }
  if (scopes.length > scopesPerRouteMax) throw new BadRequestException(`A route has at most ${scopesPerRouteMax} scopes`)
  if (authorizationType === 'NONE' || authorizationType === 'AWS_IAM') {
    if (input.AuthorizerId) throw new BadRequestException('AuthorizerId is only valid for CUSTOM and JWT authorization types')
    return { authorizationType }
  }
  const authorizerId = input.AuthorizerId ?? before.authorizerId
  if (authorizerId === undefined) throw new BadRequestException(`AuthorizerId must be set for ${authorizationType} authorization`)
  const authorizer = await gateway.tables.authorizers.get(before.apiId, authorizerId)
  if (!authorizer) throw new BadRequestException('Invalid Authorizer identifier specified')
  if ((authorizer.type === 'JWT') !== (authorizationType === 'JWT')) {
    throw new BadRequestException(`The authorizer ${authorizerId} of type ${authorizer.type} cannot serve a route of authorization type ${authorizationType}`)
  }
  return { authorizationType, authorizerId: authorizer.id, ...scopes.length > 0 && { scopes } }
}

async function checkTarget(gateway: ApiGateway, apiId: string, target: string): Promise<void> {
  const id = /^integrations\/(.+)$/.exec(target)?.[1]
  if (id === undefined) throw new BadRequestException(`Invalid target specified: ${target}`)
  if (!await gateway.tables.integrations.get(apiId, id)) throw new BadRequestException(`Unable to find Integration by ID ${id}`)
}

function checkKey(key: string): void {
  if (key === '$default') return
  const match = /^(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|ANY) (\/.*)$/.exec(key)
  if (!match) {
    const format = 'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
    throw new BadRequestException(`The provided route key is not formatted properly for HTTP protocol. ${format}`)
  }
  const segments = match[2]!.slice(1).split('/')
  const names = new Set<string>()
  segments.forEach((segment, at) => {
    if (!/[{}]/.test(segment)) return
    const name = /^\{([\w.:-]+)\+?\}$/.exec(segment)?.[1]
    if (name === undefined) throw new BadRequestException(`The path variable ${segment} is not formatted properly.`)
    if (names.has(name)) throw new BadRequestException(`The path variable ${name} is in the route key twice.`)
    if (segment.endsWith('+}') && at < segments.length - 1) throw new BadRequestException('A greedy path variable must be the last segment of the path.')
    names.add(name)
  })
}

export const routeOutput = (row: RouteRow, managed = false): Route => ({
  RouteId: row.id, RouteKey: row.key, AuthorizationType: row.authorizationType, ApiKeyRequired: false,
  ...present({ Target: row.target, OperationName: row.operationName, AuthorizerId: row.authorizerId, AuthorizationScopes: row.scopes }),
  ...managed && { ApiGatewayManaged: true },
})
