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
  ipAddressType?: 'ipv4' | 'dualstack'
  tags: Tags
  createdAt: number
  /** Of quick create: the route and the integration that UpdateApi's RouteKey, Target and CredentialsArn change. */
  managed?: { routeId: string, integrationId: string }
}

export type AuthorizationType = 'NONE' | 'AWS_IAM' | 'JWT' | 'CUSTOM'

export interface RouteRow {
  apiId: string
  id: string
  key: string
  target?: string
  operationName?: string
  authorizationType: AuthorizationType
  authorizerId?: string
  scopes?: string[]
}

/** `subtype`: the AWS action of a first-class integration, `SQS-SendMessage`; it has no address. */
export interface IntegrationRow {
  apiId: string
  id: string
  type: 'AWS_PROXY' | 'HTTP_PROXY'
  subtype?: string
  uri?: string
  method?: string
  payloadFormatVersion: '1.0' | '2.0'
  timeoutMs: number
  credentialsArn?: string
  requestParameters?: Record<string, string>
  /** By the status code of the integration's answer. */
  responseParameters?: Record<string, Record<string, string>>
  description?: string
}

export interface AuthorizerRow {
  apiId: string
  id: string
  name: string
  type: 'JWT' | 'REQUEST'
  identitySource: string[]
  issuer?: string
  audience?: string[]
  uri?: string
  credentialsArn?: string
  payloadFormatVersion?: '1.0' | '2.0'
  simpleResponses?: boolean
  ttlSeconds?: number
}

export interface RouteSettings { throttlingBurstLimit?: number, throttlingRateLimit?: number, detailedMetricsEnabled?: boolean }

export interface StageRow {
  apiId: string
  name: string
  autoDeploy: boolean
  description?: string
  variables: Record<string, string>
  tags: Tags
  createdAt: number
  updatedAt: number
  /** What the stage serves; without one it answers 404. */
  deploymentId?: string
  /** How the last deployment went, in AWS's words; of a stage that deploys by itself. */
  deploymentMessage?: string
  accessLog?: { destinationArn: string, format: string }
  defaultRouteSettings?: RouteSettings
  routeSettings?: Record<string, RouteSettings>
}

/** What was deployed: nothing that happens to the API later changes it. */
export interface Snapshot { routes: RouteRow[], integrations: IntegrationRow[], authorizers: AuthorizerRow[], cors?: Cors }

export interface DeploymentRow { apiId: string, id: string, autoDeployed: boolean, description?: string, createdAt: number, snapshot: Snapshot }

/** A custom domain name; requests with its name in Host go to the API of its longest matching mapping. */
export interface DomainRow {
  name: string
  account: string
  region: string
  configurations: DomainConfiguration[]
  tags: Tags
  createdAt: number
}

export interface DomainConfiguration {
  certificateArn?: string
  certificateName?: string
  endpointType: string
  securityPolicy: string
  ipAddressType: 'ipv4' | 'dualstack'
  apiGatewayDomainName: string
  ownershipVerificationCertificateArn?: string
}

/** `key`: the path without its outer slashes, '' for all that no other mapping takes. */
export interface MappingRow { domain: string, id: string, key: string, apiId: string, stage: string }

export const tables = {
  apis: table<ApiRow>()({ name: 'apis', scope: 'cloud', key: row => [row.id] }),
  routes: table<RouteRow>()({ name: 'routes', scope: 'cloud', key: row => [row.apiId, row.id] }),
  integrations: table<IntegrationRow>()({ name: 'integrations', scope: 'cloud', key: row => [row.apiId, row.id] }),
  authorizers: table<AuthorizerRow>()({ name: 'authorizers', scope: 'cloud', key: row => [row.apiId, row.id] }),
  stages: table<StageRow>()({ name: 'stages', scope: 'cloud', key: row => [row.apiId, row.name] }),
  deployments: table<DeploymentRow>()({ name: 'deployments', scope: 'cloud', key: row => [row.apiId, row.id] }),
  domains: table<DomainRow>()({ name: 'domains', scope: 'cloud', key: row => [row.name] }),
  mappings: table<MappingRow>()({ name: 'mappings', scope: 'cloud', key: row => [row.domain, row.id] }),
}

/** What the service keeps in memory; see serving/memory.ts. */
export interface GatewayState {
  /** Deployments in the form that serves them; they never change, so an id is enough. */
  deployments: Map<string, unknown>
  /** The custom domain names of the cloud, once somebody asked by a host that may be one. */
  domains?: Promise<Set<string>>
  /** Token buckets by what they bound, with the time of their last filling. */
  buckets: Map<string, { tokens: number, at: number }>
  /** Answers of Lambda authorizers until they are out of date. */
  authorizations: Map<string, { expiresAt: number, value: unknown }>
  /** Key sets of issuers. */
  keySets: Map<string, unknown>
  /** Access logs that are being written. */
  writing: Set<Promise<void>>
}

export type ApiGateway = Scope<typeof tables, GatewayState>

export const NotFoundException = awsError('NotFoundException', 404)
export const BadRequestException = awsError('BadRequestException', 400)
export const ConflictException = awsError('ConflictException', 409)
export const TooManyRequestsException = awsError('TooManyRequestsException', 429)

export const integrationTimeoutMsMax = 30_000
export const routesPerApiMax = 300
export const integrationsPerApiMax = 300
export const stagesPerApiMax = 10
export const authorizersPerApiMax = 10
export const audiencesPerAuthorizerMax = 50
export const scopesPerRouteMax = 10
export const stageVariablesMax = 100
export const accessLogFormatBytesMax = 3072
export const authorizerTimeoutMs = 10_000
export const newApiId = (): string => newCode(10)
export const newPartId = (): string => newCode(7)

/** The API of the caller's account and region; NotFoundException where it is not there. */
export async function apiWithId(gateway: ApiGateway, id: string | undefined): Promise<ApiRow> {
  const api = id === undefined ? undefined : await gateway.tables.apis.get(id)
  if (!api || api.account !== gateway.account || api.region !== gateway.region) {
    throw new NotFoundException(`Invalid API identifier specified ${gateway.account}:${id}`)
  }
  return api
}

/** Refuses what Fogbank does not honour, by name. */
export function refuse(input: object, names: readonly string[]): void {
  const found = names.find(name => (input as Record<string, unknown>)[name] !== undefined)
  if (found) throw new BadRequestException(`${found} is not supported by Fogbank.`)
}

/** The members that are not undefined, for rows whose absent members are absent. */
export function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as any
}

export const apiArn = (gateway: Pick<ApiGateway, 'partition' | 'region'>, id: string, rest = ''): string =>
  `arn:${gateway.partition}:apigateway:${gateway.region}::/apis${id && `/${id}`}${rest}`
