import type { ApiRow, AuthorizerRow, IntegrationRow, RouteRow, Snapshot } from '../state.ts'
import { present } from '../state.ts'
import { anyMethodKey, authorizerKey, authTypeKey, corsKey, integrationKey, tagValueKey, versionKey } from './document.ts'

/** The OpenAPI 3.0 definition of an API, or of what was deployed of it; with AWS's extensions one that makes the same API again. */
export function exportDefinition(api: ApiRow, snapshot: Snapshot, options: { extensions: boolean, endpoint: string }): object {
  const { extensions } = options
  const integrations = new Map(snapshot.integrations.map(row => [`integrations/${row.id}`, row]))
  const authorizers = new Map(snapshot.authorizers.map(row => [row.id, row]))
  const paths: Record<string, Record<string, object>> = {}
  for (const route of snapshot.routes) {
    const [method, path] = route.key === '$default' ? ['ANY', '/$default'] as const : route.key.split(' ') as [string, string]
    const name = method === 'ANY' ? anyMethodKey : method.toLowerCase()
    if (method === 'ANY' && !extensions) continue
    const operation = operationOf(route, integrations.get(route.target ?? ''), authorizers.get(route.authorizerId ?? ''), extensions)
    paths[path] = { ...paths[path], [name]: operation }
  }
  const schemes = extensions ? schemesOf(snapshot) : {}
  const tags = Object.entries(api.tags).map(([name, value]) => ({ name, ...extensions && { [tagValueKey]: value } }))
  return {
    openapi: '3.0.1',
    info: present({ title: api.name, description: api.description, version: api.version ?? new Date(api.createdAt).toISOString().replace('.000', '') }),
    servers: [{ url: options.endpoint }], ...tags.length > 0 && { tags },
    paths, ...Object.keys(schemes).length > 0 && { components: { securitySchemes: schemes } },
    ...extensions && snapshot.cors && { [corsKey]: present({
      allowOrigins: snapshot.cors.AllowOrigins, allowMethods: snapshot.cors.AllowMethods, allowHeaders: snapshot.cors.AllowHeaders,
      exposeHeaders: snapshot.cors.ExposeHeaders,
      maxAge: snapshot.cors.MaxAge, allowCredentials: snapshot.cors.AllowCredentials,
    }) },
    ...extensions && { [versionKey]: '1.0' },
  }
}

function operationOf(route: RouteRow, integration: IntegrationRow | undefined, authorizer: AuthorizerRow | undefined, extensions: boolean): object {
  const variables = [...route.key.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) =>
    ({ name, in: 'path', description: `Generated path parameter for ${name}`, required: true, schema: { type: 'string' } }))
  const scheme = route.authorizationType === 'AWS_IAM' ? 'AWS_IAM' : authorizer?.name
  return {
    ...present({ operationId: route.operationName }), ...variables.length > 0 && { parameters: variables },
    responses: { default: { description: `Default response for ${route.key}` } },
    ...scheme !== undefined && extensions && { security: [{ [scheme]: route.scopes ?? [] }] },
    ...extensions && route.key === '$default' && { isDefaultRoute: true },
    ...extensions && integration && { [integrationKey]: present({
      payloadFormatVersion: integration.payloadFormatVersion, type: integration.type.toLowerCase(), httpMethod: integration.method, uri: integration.uri,
      connectionType: 'INTERNET',
      timeoutInMillis: integration.timeoutMs, integrationSubtype: integration.subtype, credentials: integration.credentialsArn,
      requestParameters: integration.requestParameters,
      responseParameters: integration.responseParameters,
    }) },
  }
}

function schemesOf({ routes, authorizers }: Snapshot): Record<string, object> {
  const schemes: Record<string, object> = {}
  if (routes.some(route => route.authorizationType === 'AWS_IAM')) {
    schemes.AWS_IAM = { type: 'apiKey', name: 'Authorization', in: 'header', [authTypeKey]: 'awsSigv4' }
  }
  for (const row of authorizers) {
    const identitySource = row.identitySource.join(',')
    schemes[row.name] = row.type === 'JWT'
      ? { type: 'oauth2', flows: {}, [authorizerKey]: { type: 'jwt', identitySource, jwtConfiguration: { issuer: row.issuer, audience: row.audience } } }
      : { type: 'apiKey', name: 'Authorization', in: 'header', [authorizerKey]: present({
          type: 'request', identitySource: identitySource || undefined, authorizerUri: row.uri, authorizerCredentials: row.credentialsArn,
          authorizerPayloadFormatVersion: row.payloadFormatVersion,
          authorizerResultTtlInSeconds: row.ttlSeconds, enableSimpleResponses: row.simpleResponses,
        }) }
  }
  return schemes
}
