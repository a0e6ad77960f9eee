import type { HttpRequest } from '../../../contracts/call.ts'
import type { Principal } from '../../../contracts/principal.ts'
import type { ApiGateway, ApiRow, StageRow } from '../state.ts'
import type { Match } from './match.ts'
import type { Deployed } from './memory.ts'

/** One request under way: what is known of it so far, for events, mappings and access logs. */
export interface Exchange {
  gateway: ApiGateway
  request: HttpRequest
  /** As AWS writes the ids of requests to HTTP APIs: `JKJaXmPLvHcESHA=`. */
  requestId: string
  receivedAt: number
  api: ApiRow
  stage: StageRow
  deployed: Deployed
  /** The host that was asked for; of a request by path, the one that it stands for. */
  domainName: string
  /** The key of the custom domain name's mapping that matched. */
  mappingKey?: string
  /** Decoded, without the stage or the mapping's key: what routes match. */
  path: string
  match?: Match
  body: Buffer
  authorization?: Authorization
  authorizer?: { latencyMs: number, status: number }
  authorizerError?: string
  integration: { status?: number, serviceStatus?: number, latencyMs?: number, error?: string, requestId?: string }
  /** What API Gateway itself answered with, where it did. */
  gatewayError?: { message: string, responseType: string }
}

/** Whom an authorizer let in. */
export type Authorization =
  | { kind: 'jwt', claims: Record<string, string>, scopes: string[] | null }
  | { kind: 'lambda', context: Record<string, unknown>, principalId?: string }
  | { kind: 'iam', principal: Principal }

/** A request whose route is known. */
export type Routed = Exchange & { match: Match }

/** The path as functions see it: a stage other than $default is part of it. */
export const stagedPath = ({ stage, path }: Exchange): string => stage.name === '$default' ? path : `/${stage.name}${path}`

/** The path as it was asked for, decoded: with the key of the mapping, where the request came by a custom domain name. */
export const askedPath = (exchange: Exchange): string =>
  exchange.mappingKey === undefined ? stagedPath(exchange) : `${exchange.mappingKey && `/${exchange.mappingKey}`}${exchange.path}`

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`: what execute-api:Invoke is asked for, by the method and path of the request. */
export function invokeArn({ gateway, api, stage, request, path }: Exchange): string {
  return `arn:${gateway.partition}:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${request.method}${path}`
}

/**
 * The same by the method and path of the route's key: for whose sake API Gateway calls a function or an AWS action. $default has no
 * method, so that a permission for all methods and paths of an API does not reach it.
 */
export function routeArn({ gateway, api, stage, match }: Routed): string {
  const [method = '', path = ''] = match.route.key.split(' ')
  return `arn:${gateway.partition}:execute-api:${api.region}:${api.account}:${api.id}/${stage.name}/${method === 'ANY' ? '*' : method}${path}`
}
