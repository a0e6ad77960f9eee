import { headerOf, requestTime } from '../../../platform/http-payload.ts'
import { askedPath, type Exchange } from './exchange.ts'

/** What is known once the answer stands; for access logs. */
export interface Answered { status: number, lengthBytes: number, latencyMs: number, dataProcessedBytes: number }

/**
 * The value of `$context.NAME`, by AWS's list of logging variables of HTTP APIs; undefined where it has none (yet). Keys of the
 * `authorizer` are those of the JWT's claims or of the function's context.
 */
export function contextValue(exchange: Exchange, name: string, answered?: Answered): string | undefined {
  if (name.startsWith('authorizer.')) return authorizerValue(exchange, name.slice(11))
  if (name.startsWith('identity.')) return identityValue(exchange, name.slice(9))
  const value = Object.hasOwn(values, name) ? values[name]!(exchange, answered) : undefined
  return value === undefined ? undefined : String(value)
}

type Value = (exchange: Exchange, answered: Answered | undefined) => string | number | undefined

const values: Record<string, Value> = {
  accountId: ({ api }) => api.account,
  apiId: ({ api }) => api.id,
  awsEndpointRequestId: ({ integration }) => integration.requestId,
  'customDomain.basePathMatched': ({ mappingKey }) => mappingKey === undefined ? undefined : mappingKey || '(none)',
  dataProcessed: (_, answered) => answered?.dataProcessedBytes,
  domainName: ({ domainName }) => domainName,
  domainPrefix: ({ domainName }) => domainName.split('.')[0],
  'error.message': ({ gatewayError }) => gatewayError?.message,
  'error.messageString': ({ gatewayError }) => gatewayError && JSON.stringify(gatewayError.message),
  'error.responseType': ({ gatewayError }) => gatewayError?.responseType,
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  'integration.error': ({ integration }) => integration.error,
  'integration.integrationStatus': ({ integration }) => integration.serviceStatus ?? integration.status,
  'integration.latency': ({ integration }) => integration.latencyMs,
  'integration.requestId': ({ integration }) => integration.requestId,
  'integration.status': ({ integration }) => integration.status,
  integrationErrorMessage: ({ integration }) => integration.error,
  integrationLatency: ({ integration }) => integration.latencyMs,
  integrationStatus: ({ integration }) => integration.serviceStatus ?? integration.status,
  path: askedPath,
  protocol: () => 'HTTP/1.1',
  requestId: ({ requestId }) => requestId,
  requestTime: ({ receivedAt }) => requestTime(receivedAt),
  requestTimeEpoch: ({ receivedAt }) => receivedAt,
  responseLatency: (_, answered) => answered?.latencyMs,
  responseLength: (_, answered) => answered?.lengthBytes,
  routeKey: ({ match }) => match?.route.key,
  stage: ({ stage }) => stage.name,
  status: (_, answered) => answered?.status,
}

function authorizerValue({ authorization, authorizer, authorizerError }: Exchange, name: string): string | undefined {
  if (name === 'error') return authorizerError
  if (name === 'latency' || name === 'status') return authorizer && String(name === 'latency' ? authorizer.latencyMs : authorizer.status)
  if (authorization?.kind === 'jwt') return name.startsWith('claims.') ? authorization.claims[name.slice(7)] : undefined
  if (authorization?.kind !== 'lambda') return undefined
  if (name === 'principalId') return authorization.principalId
  const value = Object.hasOwn(authorization.context, name) ? authorization.context[name] : undefined
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function identityValue({ authorization, request }: Exchange, name: string): string | undefined {
  if (name === 'sourceIp') return request.sourceIp
  if (name === 'userAgent') return headerOf(request, 'user-agent')
  if (authorization?.kind !== 'iam') return undefined
  const { account, arn, userId } = authorization.principal
  return ({ accountId: account, caller: userId, user: userId, userArn: arn } as Record<string, string>)[name]
}
