import type { ApiGatewayV2, Cors } from '@aws-sdk/client-apigatewayv2'
import type { Operations } from '../../contracts/aws.ts'
import { awsError } from '../../platform/errors.ts'
import { newCode } from '../../platform/ids.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Client = Operations<ApiGatewayV2>
export type Input<Name extends keyof Client> = Parameters<Client[Name]>[0]
export type Output<Name extends keyof Client> = Awaited<ReturnType<Client[Name]>>

/** An HTTP API. Its id is unique in the cloud, since it is a host name. */
export interface ApiRow {
  id: string
  account: string
  region: string
  name: string
  description?: string
  version?: string
  cors?: Cors
  disableExecuteApiEndpoint: boolean
  tags: Tags
  createdAt: number
}

export interface RouteRow { apiId: string, id: string, key: string, target?: string, operationName?: string, authorizationType: 'NONE' | 'AWS_IAM' }

export interface IntegrationRow {
  apiId: string
  id: string
  type: 'AWS_PROXY' | 'HTTP_PROXY'
  uri: string
  method: string
  payloadFormatVersion: '1.0' | '2.0'
  timeoutMs: number
  description?: string
}

export interface StageRow { apiId: string, name: string, autoDeploy: boolean, description?: string, variables: Record<string, string>, tags: Tags, createdAt: number, updatedAt: number }

export const tables = {
  apis: table<ApiRow>()({ name: 'apis', scope: 'cloud', key: row => [row.id] }),
  routes: table<RouteRow>()({ name: 'routes', scope: 'cloud', key: row => [row.apiId, row.id] }),
  integrations: table<IntegrationRow>()({ name: 'integrations', scope: 'cloud', key: row => [row.apiId, row.id] }),
  stages: table<StageRow>()({ name: 'stages', scope: 'cloud', key: row => [row.apiId, row.name] }),
}

export type ApiGateway = Scope<typeof tables>

export const NotFoundException = awsError('NotFoundException', 404)
export const BadRequestException = awsError('BadRequestException', 400)
export const ConflictException = awsError('ConflictException', 409)

export const integrationTimeoutMsMax = 30_000
export const newApiId = (): string => newCode(10)
export const newPartId = (): string => newCode(7)

/** The API of the caller's account and region; NotFoundException where it is not there. */
export async function apiWithId(gateway: ApiGateway, id: string | undefined): Promise<ApiRow> {
  const api = id === undefined ? undefined : await gateway.tables.apis.get(id)
  if (!api || api.account !== gateway.account || api.region !== gateway.region) throw new NotFoundException(`Invalid API identifier specified ${gateway.account}:${id}`)
  return api
}

/** Refuses what Fogbank does not honour, by name. */
export function refuse(input: object, names: readonly string[]): void {
  const found = names.find(name => (input as Record<string, unknown>)[name] !== undefined)
  if (found) throw new BadRequestException(`${found} is not supported by Fogbank.`)
}

export const apiArn = (gateway: Pick<ApiGateway, 'partition' | 'region'>, id: string, rest = ''): string => `arn:${gateway.partition}:apigateway:${gateway.region}::/apis${id && `/${id}`}${rest}`
