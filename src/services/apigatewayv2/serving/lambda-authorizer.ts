import { createHash } from 'node:crypto'
import type { HttpResponse } from '../../../contracts/call.ts'
import { AwsError } from '../../../platform/errors.ts'
import { compilePolicy } from '../../../platform/policy/compile.ts'
import { contextOf } from '../../../platform/policy/context.ts'
import { evaluate } from '../../../platform/policy/evaluate.ts'
import { policyProblem } from '../../../platform/policy/validate.ts'
import { headerOf } from '../../../platform/http-payload.ts'
import { authorizerTimeoutMs, type AuthorizerRow } from '../state.ts'
import { refusal } from './answer.ts'
import { authorizerEvent1, authorizerEvent2 } from './event.ts'
import { invokeArn, type Routed } from './exchange.ts'
import { resolve } from './expressions.ts'
import { errorMessage, invokeFunction } from './invoke.ts'
import { remember, remembered } from './memory.ts'

/** What a function answered: a plain yes or no, or a policy. */
interface Verdict { isAuthorized?: boolean, policy?: string, principalId?: string, context: Record<string, unknown> }

/** Asks the authorizer's function, or what it said of the same identity before. 401 without an identity, 403 for a no, 500 for no answer. */
export async function authorizeLambda(exchange: Routed, authorizer: AuthorizerRow): Promise<HttpResponse | undefined> {
  const { gateway, api, stage } = exchange
  const identity = authorizer.identitySource.map(source => resolve(exchange, source))
  if (identity.some(value => value === undefined || value === '')) {
    exchange.authorizerError = 'missing: identity source not provided'
    return refusal(exchange, 'unauthorized')
  }
  const ttlSeconds = authorizer.ttlSeconds ?? 0
  const digest = ttlSeconds > 0 ? createHash('sha256').update(JSON.stringify(identity)).digest('hex') : ''
  const key = `${api.id}/${stage.name}/${authorizer.id}/${digest}`
  const known = ttlSeconds > 0 ? remembered(gateway, key) as Verdict | undefined : undefined
  const verdict = known ?? await ask(exchange, authorizer, identity as string[])
  if ('status' in verdict) return verdict
  if (!known && ttlSeconds > 0) remember(gateway, key, verdict, ttlSeconds)
  exchange.authorization = { kind: 'lambda', context: verdict.context, ...verdict.principalId !== undefined && { principalId: verdict.principalId } }
  if (isAllowed(exchange, verdict)) return undefined
  exchange.authorizerError = 'The client is not authorized to perform this operation.'
  return refusal(exchange, 'forbidden')
}

async function ask(exchange: Routed, authorizer: AuthorizerRow, identity: string[]): Promise<Verdict | HttpResponse> {
  const { gateway, api, stage } = exchange
  const fail = (why: string): HttpResponse => {
    gateway.log.warn('a Lambda authorizer gave no answer', { api: api.id, authorizer: authorizer.name, error: why })
    exchange.authorizerError = why
    return refusal(exchange, 'authorizerFailure')
  }
  const sourceArn = `arn:${gateway.partition}:execute-api:${api.region}:${api.account}:${api.id}/authorizers/${authorizer.id}`
  const payload = authorizer.payloadFormatVersion === '2.0' ? authorizerEvent2(exchange, identity) : authorizerEvent1(exchange, identity)
  try {
    const { credentialsArn } = authorizer
    const result = await invokeFunction(gateway, { uri: authorizer.uri!, stage, sourceArn, credentialsArn, payload, timeoutMs: authorizerTimeoutMs })
    if (result === 'timeout') return fail('The authorizer function did not answer in time')
    if (result.functionError === undefined) {
      return verdictOf(result.payload, authorizer) ?? fail('The response from the Lambda authorizer is not of the required format')
    }
    if (errorMessage(result.payload) !== 'Unauthorized') return fail(`The authorizer function failed: ${errorMessage(result.payload)}`)
    exchange.authorizerError = 'Unauthorized'
    return refusal(exchange, 'unauthorized')
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return fail(error.message)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function verdictOf(payload: Uint8Array, authorizer: AuthorizerRow): Verdict | undefined {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(payload).toString())
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const context = value.context ?? {}
  if (!isObject(context)) return undefined
  if (authorizer.simpleResponses) return typeof value.isAuthorized === 'boolean' ? { isAuthorized: value.isAuthorized, context } : undefined
  if (!isObject(value.policyDocument) || (value.principalId !== undefined && typeof value.principalId !== 'string')) return undefined
  const policy = JSON.stringify(value.policyDocument)
  if (policyProblem(policy, 'identity') !== undefined) return undefined
  return { policy, context, ...value.principalId !== undefined && { principalId: value.principalId } }
}

function isAllowed(exchange: Routed, verdict: Verdict): boolean {
  if (verdict.policy === undefined) return verdict.isAuthorized === true
  const { api, request } = exchange
  // Whoever the function names is nobody in IAM; the policy speaks for them within the API's account.
  const principal = { type: 'user' as const, account: api.account, arn: '', userId: verdict.principalId ?? '' }
  const context = contextOf({ 'aws:sourceip': request.sourceIp, 'aws:useragent': headerOf(request, 'user-agent') })
  const asked = { principal, action: 'execute-api:Invoke', resource: invokeArn(exchange), resourceAccount: api.account, context }
  return evaluate(asked, { identity: [compilePolicy(verdict.policy)] }).allowed
}
