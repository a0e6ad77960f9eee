import type { Cors } from '@aws-sdk/client-apigatewayv2'
import { addIntegration } from '../integrations/CreateIntegration.ts'
import { addRoute } from '../routes/CreateRoute.ts'
import { BadRequestException, type ApiGateway, type ApiRow } from '../state.ts'

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** Writes the routes and integrations of an OpenAPI 3 definition (JSON), and answers the API with what the definition says of it. */
export async function importDefinition(gateway: ApiGateway, row: ApiRow, body: string): Promise<ApiRow> {
  const definition = parse(body)
  if (!String(definition.openapi ?? '').startsWith('3.')) throw new BadRequestException('Unable to import API: the definition must be OpenAPI 3.')
  const title = definition.info?.title
  for (const [path, item] of Object.entries<any>(definition.paths ?? {})) {
    for (const [method, operation] of Object.entries<any>(item ?? {})) await addOperation(gateway, row.id, definition, path, method, operation)
  }
  const cors = corsOf(definition['x-amazon-apigateway-cors'])
  return {
    ...row, name: typeof title === 'string' ? title : row.name, ...definition.info?.version !== undefined && { version: String(definition.info.version) },
    ...definition.info?.description !== undefined && { description: String(definition.info.description) }, ...cors && { cors },
  }
}

function parse(body: string): any {
  try {
    const definition: unknown = JSON.parse(body)
    if (typeof definition === 'object' && definition !== null) return definition
  } catch {
    // Told below, in the words for every definition that cannot be read.
  }
  throw new BadRequestException('Unable to import API: the definition must be an OpenAPI document in JSON.')
}

async function addOperation(gateway: ApiGateway, apiId: string, definition: any, path: string, method: string, operation: any): Promise<void> {
  if (method === 'parameters') return
  const any = method === 'x-amazon-apigateway-any-method'
  if (!any && !methods.has(method)) throw new BadRequestException(`Unable to import API: ${method} of ${path} is not supported by Fogbank.`)
  const required = operation.security ?? definition.security
  if (Array.isArray(required) && required.some(each => Object.keys(each).length > 0)) {
    throw new BadRequestException(`Unable to import API: the authorizer ${Object.keys(required[0]).join(', ')} of ${path} is not supported by Fogbank.`)
  }
  const RouteKey = path === '/$default' ? '$default' : `${any ? 'ANY' : method.toUpperCase()} ${path}`
  const given = operation['x-amazon-apigateway-integration']
  const integration = given && await addIntegration(gateway, apiId, {
    IntegrationType: String(given.type).toUpperCase() as 'AWS_PROXY', IntegrationUri: given.uri, IntegrationMethod: given.httpMethod ?? 'POST',
    PayloadFormatVersion: String(given.payloadFormatVersion ?? '1.0'), ...given.timeoutInMillis !== undefined && { TimeoutInMillis: Number(given.timeoutInMillis) },
  })
  await addRoute(gateway, apiId, { RouteKey, ...integration && { Target: `integrations/${integration.id}` }, ...operation.operationId && { OperationName: operation.operationId } })
}

function corsOf(given: any): Cors | undefined {
  if (!given) return undefined
  const list = (value: unknown) => value === undefined ? undefined : Array.isArray(value) ? value.map(String) : [String(value)]
  return {
    ...given.allowOrigins !== undefined && { AllowOrigins: list(given.allowOrigins) }, ...given.allowMethods !== undefined && { AllowMethods: list(given.allowMethods) },
    ...given.allowHeaders !== undefined && { AllowHeaders: list(given.allowHeaders) }, ...given.exposeHeaders !== undefined && { ExposeHeaders: list(given.exposeHeaders) },
    ...given.maxAge !== undefined && { MaxAge: Number(given.maxAge) },
    ...given.allowCredentials !== undefined && { AllowCredentials: given.allowCredentials === true || given.allowCredentials === 'true' },
  }
}
