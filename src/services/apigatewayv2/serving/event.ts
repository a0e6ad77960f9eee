import { askedOf, bodyOf, contextHttp, eventHeaders, headerOf, isText, queryPairs, requestTime, type Asked } from '../../../platform/http-payload.ts'
import { askedPath, invokeArn, stagedPath, type Authorization, type Routed } from './exchange.ts'

const asked = ({ gateway, request, body }: Routed): Asked => ({ request, body, traceId: gateway.trace.traceId, port: gateway.config.port })

const filled = <T extends object>(value: T): T | undefined => Object.keys(value).length > 0 ? value : undefined

/** What the events of functions and of authorizers have in common in format 2.0. */
function common2(exchange: Routed) {
  const { match, stage } = exchange
  const pathParameters = filled(match.pathParameters)
  const stageVariables = filled(stage.variables)
  return {
    ...askedOf(asked(exchange), match.route.key, stagedPath(exchange)), requestContext: context2(exchange), ...pathParameters && { pathParameters },
    ...stageVariables && { stageVariables },
  }
}

function context2(exchange: Routed) {
  const { api, request, match, stage, authorization, domainName, requestId, receivedAt } = exchange
  return {
    accountId: api.account, apiId: api.id, ...authorization && { authorizer: authorizer2(authorization) }, domainName, domainPrefix: domainName.split('.')[0]!,
    http: contextHttp(request, stagedPath(exchange)),
    requestId, routeKey: match.route.key, stage: stage.name, time: requestTime(receivedAt), timeEpoch: receivedAt,
  }
}

function authorizer2(authorization: Authorization): object {
  if (authorization.kind === 'jwt') return { jwt: { claims: authorization.claims, scopes: authorization.scopes } }
  if (authorization.kind === 'lambda') return { lambda: Object.keys(authorization.context).length > 0 ? authorization.context : null }
  const { account, accessKeyId, arn, userId } = authorization.principal
  return { iam: { accessKey: accessKeyId ?? null, accountId: account, callerId: userId, cognitoIdentity: null, principalOrgId: null, userArn: arn, userId } }
}

/** The event of payload format 2.0. */
export const event2 = (exchange: Routed): object => ({ version: '2.0', ...common2(exchange), ...bodyOf(exchange.request, exchange.body) })

/** What a Lambda authorizer is asked in format 2.0. */
export const authorizerEvent2 = (exchange: Routed, identity: string[]): object =>
  ({ version: '2.0', type: 'REQUEST', routeArn: invokeArn(exchange), identitySource: identity.length > 0 ? identity : null, ...common2(exchange) })

// API Gateway writes these as HTTP/1.1 names in format 1.0, and leaves the caller's as they came.
const capitalized: Record<string, string> = {
  'content-length': 'Content-Length', host: 'Host', 'user-agent': 'User-Agent', 'x-amzn-trace-id': 'X-Amzn-Trace-Id', 'x-forwarded-for': 'X-Forwarded-For',
  'x-forwarded-port': 'X-Forwarded-Port', 'x-forwarded-proto': 'X-Forwarded-Proto',
}

function common1(exchange: Routed) {
  const { request, match, stage } = exchange
  const headers = Object.entries(eventHeaders(asked(exchange))).map(([name, value]) => [capitalized[name] ?? name, [value].flat()] as const)
  const pairs = queryPairs(request.query)
  const multi = new Map<string, string[]>()
  for (const [name, value] of pairs) multi.set(name, [...multi.get(name) ?? [], value])
  const [, resource = '$default'] = match.route.key.split(' ')
  return {
    resource, path: askedPath(exchange), httpMethod: request.method, headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)!])),
    multiValueHeaders: Object.fromEntries(headers), queryStringParameters: pairs.length > 0 ? Object.fromEntries(pairs) : null,
    multiValueQueryStringParameters: pairs.length > 0 ? Object.fromEntries(multi) : null,
    pathParameters: filled(match.pathParameters) ?? null, stageVariables: filled(stage.variables) ?? null,
  }
}

function context1(exchange: Routed) {
  const { api, request, match, stage, domainName, requestId, receivedAt } = exchange
  const [, resourcePath = '$default'] = match.route.key.split(' ')
  const signer = exchange.authorization?.kind === 'iam' ? exchange.authorization.principal : undefined
  return {
    accountId: api.account, apiId: api.id, domainName, domainPrefix: domainName.split('.')[0]!, extendedRequestId: requestId, httpMethod: request.method,
    identity: {
      accessKey: signer?.accessKeyId ?? null, accountId: signer?.account ?? null, caller: signer?.userId ?? null, cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null, cognitoIdentityPoolId: null, principalOrgId: null, sourceIp: request.sourceIp, user: signer?.userId ?? null,
      userAgent: headerOf(request, 'user-agent') ?? '', userArn: signer?.arn ?? null,
    },
    path: askedPath(exchange), protocol: 'HTTP/1.1', requestId, requestTime: requestTime(receivedAt), requestTimeEpoch: receivedAt, resourceId: match.route.key,
    resourcePath, stage: stage.name,
  }
}

function authorizer1(authorization: Authorization | undefined): object {
  if (authorization?.kind === 'jwt') return { claims: authorization.claims, scopes: authorization.scopes }
  if (authorization?.kind !== 'lambda') return { claims: null, scopes: null }
  return { ...authorization.context, ...authorization.principalId !== undefined && { principalId: authorization.principalId } }
}

/** The event of payload format 1.0, as REST APIs send it. */
export function event1(exchange: Routed): object {
  const { request, body } = exchange
  const text = isText(request, body)
  return {
    version: '1.0', ...common1(exchange), requestContext: { ...context1(exchange), authorizer: authorizer1(exchange.authorization) },
    body: body.length === 0 ? null : body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: body.length > 0 && !text,
  }
}

/** What a Lambda authorizer is asked in format 1.0. */
export function authorizerEvent1(exchange: Routed, identity: string[]): object {
  const { multiValueHeaders: _headers, multiValueQueryStringParameters: _query, ...common } = common1(exchange)
  const source = identity.join(',')
  return {
    version: '1.0', type: 'REQUEST', methodArn: invokeArn(exchange), identitySource: source, authorizationToken: source, ...common,
    queryStringParameters: common.queryStringParameters ?? {}, pathParameters: common.pathParameters ?? {}, stageVariables: common.stageVariables ?? {},
    requestContext: context1(exchange),
  }
}
