import type { Cors } from '@aws-sdk/client-apigatewayv2'
import { corsOf } from '../apis/api.ts'
import { addAuthorizer } from '../authorizers/authorizer.ts'
import { addIntegration } from '../integrations/integration.ts'
import { addRoute } from '../routes/route.ts'
import { BadRequestException, present, type ApiGateway, type ApiRow, type AuthorizerRow } from '../state.ts'
import {
  anyMethodKey, authorizerKey, authTypeKey, corsKey, endpointKey, integrationKey, isTrue, listOf, readDocument, resolved, tagValueKey, versionOf,
} from './document.ts'

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', anyMethodKey])

interface Import {
  gateway: ApiGateway
  apiId: string
  document: any
  warnings: string[]
  /** Security schemes that became authorizers, and those that stand for IAM. */
  authorizers: Map<string, AuthorizerRow | 'AWS_IAM'>
}

interface Options { Body?: string | undefined, Basepath?: string | undefined, FailOnWarnings?: boolean | undefined }

/**
 * Writes the routes, integrations and authorizers of an OpenAPI 3 definition, and answers the API with what the definition says of it.
 * What is wrong with one of them is a warning and leaves its route out, as on AWS; with `FailOnWarnings` it fails the import.
 */
export async function importDefinition(gateway: ApiGateway, row: ApiRow, options: Options): Promise<{ api: ApiRow, warnings: string[] }> {
  const document = await readDocument(gateway, options.Body ?? '')
  const work: Import = { gateway, apiId: row.id, document, warnings: [], authorizers: new Map() }
  const prefix = basePathOf(document, options.Basepath ?? 'ignore')
  for (const [name, scheme] of Object.entries<any>(document.components?.securitySchemes ?? {})) {
    await orWarn(work, () => addScheme(work, name, resolved(document, scheme)))
  }
  for (const [path, item] of Object.entries<any>(document.paths)) {
    for (const [method, operation] of Object.entries<any>(resolved(document, item) ?? {})) {
      if (methods.has(method)) await orWarn(work, () => addOperation(work, prefix, path, method, operation ?? {}))
      else if (method === 'trace') work.warnings.push(`Unsupported method 'TRACE' for ${path}. Ignoring.`)
    }
  }
  let cors: Cors | undefined
  await orWarn(work, async () => { cors = importedCors(document[corsKey]) })
  if (isTrue(options.FailOnWarnings) && work.warnings.length > 0) {
    throw new BadRequestException(`Warnings found during import:\n\t${work.warnings.join('\n\t')}`)
  }
  return { api: described(row, document, cors), warnings: work.warnings }
}

async function orWarn(work: Import, step: () => Promise<unknown>): Promise<void> {
  try {
    await step()
  } catch (error) {
    // What AWS would have taken fails, rather than leave a hole in the API.
    if (!(error instanceof BadRequestException) || error.message.endsWith('by Fogbank.')) throw error
    work.warnings.push(error.message)
  }
}

function described(row: ApiRow, document: any, cors: Cors | undefined): ApiRow {
  const { title, version, description } = document.info ?? {}
  const endpoints: any[] = (Array.isArray(document.servers) ? document.servers : []).map((server: any) => server?.[endpointKey])
  const endpoint = endpoints.find(each => each?.disableExecuteApiEndpoint !== undefined)
  const tags: Record<string, string> = {}
  for (const tag of Array.isArray(document.tags) ? document.tags : []) {
    if (typeof tag?.name === 'string' && tag[tagValueKey] !== undefined) tags[tag.name] = String(tag[tagValueKey])
  }
  return {
    ...row, name: typeof title === 'string' && title !== '' ? title : row.name, tags: { ...row.tags, ...tags },
    ...present({
      version: version === undefined ? undefined : String(version), description: description === undefined ? undefined : String(description), cors,
      disableExecuteApiEndpoint: endpoint === undefined ? undefined : isTrue(endpoint.disableExecuteApiEndpoint),
    }),
  }
}

/** The path of the first server: `prepend` puts it before every path, `split` all of it but its first segment. */
function basePathOf(document: any, mode: string): string {
  if (mode === 'ignore') return ''
  if (mode !== 'prepend' && mode !== 'split') throw new BadRequestException('Invalid Basepath specified. Supported values are ignore, prepend and split')
  const server = document.servers?.[0]
  const url = String(server?.url ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(server.variables?.[name]?.default ?? ''))
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '').split('/').filter(segment => segment !== '')
  return (mode === 'prepend' ? path : path.slice(1)).map(segment => `/${segment}`).join('')
}

async function addScheme(work: Import, name: string, scheme: any): Promise<void> {
  if (String(scheme?.[authTypeKey] ?? '').toLowerCase() === 'awssigv4') return void work.authorizers.set(name, 'AWS_IAM')
  const given = scheme?.[authorizerKey]
  if (!given) return
  // One text names several sources, with commas between them.
  const identitySource = (listOf(given.identitySource) ?? []).flatMap(each => each.split(',')).map(each => each.trim()).filter(each => each !== '')
  const isJwt = String(given.type).toLowerCase() === 'jwt'
  const discovered = typeof scheme.openIdConnectUrl === 'string' ? scheme.openIdConnectUrl.replace(/\/?\.well-known\/openid-configuration$/, '') : undefined
  const row = await addAuthorizer(work.gateway, work.apiId, isJwt
    ? {
        Name: name, AuthorizerType: 'JWT', IdentitySource: identitySource,
        JwtConfiguration: { Issuer: given.jwtConfiguration?.issuer ?? discovered, Audience: listOf(given.jwtConfiguration?.audience) },
      }
    : {
        Name: name, AuthorizerType: String(given.type).toUpperCase() as 'REQUEST', IdentitySource: identitySource,
        ...present({
          AuthorizerUri: given.authorizerUri, AuthorizerCredentialsArn: given.authorizerCredentials,
          AuthorizerPayloadFormatVersion: versionOf(given.authorizerPayloadFormatVersion),
          AuthorizerResultTtlInSeconds: given.authorizerResultTtlInSeconds === undefined ? undefined : Number(given.authorizerResultTtlInSeconds),
          EnableSimpleResponses: given.enableSimpleResponses === undefined ? undefined : isTrue(given.enableSimpleResponses),
        }),
      })
  work.authorizers.set(name, row)
}

async function addOperation(work: Import, prefix: string, path: string, method: string, operation: any): Promise<void> {
  const isDefault = path === '$default' || path === '/$default' || isTrue(operation.isDefaultRoute)
  const RouteKey = isDefault ? '$default' : `${method === anyMethodKey ? 'ANY' : method.toUpperCase()} ${prefix + path}`
  const authorization = authorizationOf(work, operation.security ?? work.document.security, RouteKey)
  const given = resolved(work.document, operation[integrationKey])
  const integration = given && await addIntegration(work.gateway, work.apiId, integrationOf(given))
  try {
    await addRoute(work.gateway, work.apiId, {
      RouteKey, ...authorization, ...integration && { Target: `integrations/${integration.id}` },
      ...operation.operationId !== undefined && { OperationName: String(operation.operationId) },
    })
  } catch (error) {
    // An operation that is left out leaves no integration behind.
    if (integration) await work.gateway.tables.integrations.delete(work.apiId, integration.id)
    throw error
  }
}

function authorizationOf(work: Import, security: any, key: string): object {
  const required = (Array.isArray(security) ? security : []).flatMap((each: object) => Object.entries<any>(each ?? {})).filter(([name]) => name !== 'NONE')
  if (required.length === 0) return {}
  if (required.length > 1) throw new BadRequestException(`Multiple security requirements are not supported for ${key}`)
  const [name, scopes] = required[0]!
  const authorizer = work.authorizers.get(name) ?? (name === 'AWS_IAM' ? name : undefined)
  if (!authorizer) throw new BadRequestException(`Unable to find the authorizer ${name} of ${key}. Ignoring.`)
  if (authorizer === 'AWS_IAM') return { AuthorizationType: 'AWS_IAM' }
  const AuthorizationScopes = listOf(scopes)
  if (authorizer.type === 'JWT') return { AuthorizationType: 'JWT', AuthorizerId: authorizer.id, AuthorizationScopes }
  return { AuthorizationType: 'CUSTOM', AuthorizerId: authorizer.id }
}

/** The extension's members under the names of CreateIntegration. */
function integrationOf(given: any): Parameters<typeof addIntegration>[2] {
  const type = String(given.type).toUpperCase()
  return {
    IntegrationType: type as 'AWS_PROXY', ...present({
      IntegrationUri: given.uri, IntegrationMethod: given.httpMethod === 'x-amazon-apigateway-any-method' ? 'ANY' : given.httpMethod,
      IntegrationSubtype: given.integrationSubtype,
      PayloadFormatVersion: versionOf(given.payloadFormatVersion), CredentialsArn: given.credentials, ConnectionType: given.connectionType,
      ConnectionId: given.connectionId,
      RequestParameters: given.requestParameters, ResponseParameters: given.responseParameters,
      TimeoutInMillis: given.timeoutInMillis === undefined ? undefined : Number(given.timeoutInMillis),
      TlsConfig: given.tlsConfig,
    }),
  }
}

function importedCors(given: any): Cors | undefined {
  if (given === undefined || given === null) return undefined
  // `true` stands for every origin, as SAM's CorsConfiguration does.
  if (given === true) return { AllowOrigins: ['*'] }
  return corsOf(present({
    AllowOrigins: listOf(given.allowOrigins), AllowMethods: listOf(given.allowMethods), AllowHeaders: listOf(given.allowHeaders),
    ExposeHeaders: listOf(given.exposeHeaders),
    MaxAge: given.maxAge === undefined ? undefined : Number(given.maxAge),
    AllowCredentials: given.allowCredentials === undefined ? undefined : isTrue(given.allowCredentials),
  }))
}
