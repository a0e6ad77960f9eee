import type { HttpResponse } from '../../../contracts/call.ts'
import { AwsError } from '../../../platform/errors.ts'
import { refusal } from './answer.ts'
import { invokeArn, type Routed } from './exchange.ts'

/** The refusal of a request that its route does not let in; undefined for one that may go on. */
export async function authorize(exchange: Routed): Promise<HttpResponse | undefined> {
  const { route } = exchange.match
  if (route.authorizationType === 'NONE') return undefined
  if (route.authorizationType === 'AWS_IAM') return authorizeIam(exchange)
  const authorizer = exchange.deployed.authorizers.get(route.authorizerId ?? '')
  if (!authorizer) {
    exchange.authorizerError = 'The authorizer of the route is not there'
    return refusal(exchange, 'authorizerFailure')
  }
  // Loaded with the first route that asks for one: the libraries of tokens take their time.
  if (authorizer.type === 'JWT') return (await import('./jwt.ts')).authorizeJwt(exchange, authorizer)
  return (await import('./lambda-authorizer.ts')).authorizeLambda(exchange, authorizer)
}

/** Signed requests, from those whose policies allow execute-api:Invoke on what is asked for. AWS says Forbidden to all others, whatever the reason. */
async function authorizeIam(exchange: Routed): Promise<HttpResponse | undefined> {
  const { gateway, request } = exchange
  if (!request.principal) {
    exchange.authorizerError = request.signatureError ?? 'Missing Authentication Token'
    return refusal(exchange, 'forbidden')
  }
  try {
    await gateway.in({ principal: request.principal }).authorize({ action: 'execute-api:Invoke', resource: invokeArn(exchange) })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    exchange.authorizerError = error.message
    return refusal(exchange, 'forbidden')
  }
  exchange.authorization = { kind: 'iam', principal: request.principal }
  return undefined
}
