import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { request as send } from 'undici'
import type { HttpResponse } from '../../../contracts/call.ts'
import type { ApiGateway, AuthorizerRow } from '../state.ts'
import { refusal } from './answer.ts'
import type { Routed } from './exchange.ts'
import { resolve } from './expressions.ts'

// AWS takes RSA signatures only.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const discoveryTimeoutMs = 1500
const keySetBytesMax = 150_000
const keySetLifeMs = 2 * 60 * 60 * 1000
/** A key that is not in the set that is known makes us look again, but not for every forged token. */
const refreshEveryMs = 60_000
const issuersMax = 1000

class TokenProblem extends Error {}

/**
 * Lets a request in whose token the authorizer's issuer signed for one of its audiences, with one of the route's scopes. Otherwise
 * 401, or 403 for a scope, with AWS's www-authenticate header.
 */
export async function authorizeJwt(exchange: Routed, authorizer: AuthorizerRow): Promise<HttpResponse | undefined> {
  const scopes = exchange.match.route.scopes ?? []
  const given = resolve(exchange, authorizer.identitySource[0]!)
  const token = given?.replace(/^Bearer +/i, '').trim()
  if (!token) {
    exchange.authorizerError = 'missing: token not provided'
    return refusal(exchange, 'unauthorized', { 'www-authenticate': 'Bearer' })
  }
  const challenge = (error: string, description: string) => {
    exchange.authorizerError = description
    return { 'www-authenticate': `Bearer scope="${scopes.join(' ')}" error="${error}" error_description="${description}"` }
  }
  try {
    const claims = await verified(exchange.gateway, authorizer, token)
    const held = scopesOf(claims)
    const matching = scopes.filter(scope => held.includes(scope))
    if (scopes.length > 0 && matching.length === 0) {
      return refusal(exchange, 'forbidden', challenge('insufficient_scope', 'the token does not have a valid scope'))
    }
    exchange.authorization = { kind: 'jwt', claims: claimTexts(claims), scopes: scopes.length > 0 ? matching : null }
    return undefined
  } catch (error) {
    if (!(error instanceof TokenProblem)) throw error
    return refusal(exchange, 'unauthorized', challenge('invalid_token', error.message))
  }
}

async function verified(gateway: ApiGateway, authorizer: AuthorizerRow, token: string): Promise<JWTPayload> {
  const issuer = authorizer.issuer!
  const now = gateway.now()
  // What is no token does not make us ask the issuer.
  if (kidOf(token) === undefined) throw new TokenProblem('unable to find a signing key that matches the token')
  try {
    const keys = await keysOf(gateway, issuer)
    const options = { algorithms, currentDate: new Date(now) }
    const { payload } = await jwtVerify(token, keys, options).catch(async error => {
      const fresh = error instanceof errors.JWKSNoMatchingKey ? await keysOf(gateway, issuer, refreshEveryMs) : keys
      if (fresh === keys) throw error
      return jwtVerify(token, fresh, options)
    })
    if (payload.iss !== issuer) throw new TokenProblem('issuer does not match')
    // client_id counts only where there is no aud, as in Cognito's access tokens.
    const audiences: unknown[] = payload.aud === undefined ? [payload.client_id] : [payload.aud].flat()
    if (!audiences.some(each => authorizer.audience!.includes(each as string))) throw new TokenProblem('the token does not have a valid audience')
    if (payload.exp === undefined) throw new TokenProblem('the token does not have an expiration time')
    if (payload.iat !== undefined && payload.iat * 1000 > now) throw new TokenProblem('the token was issued in the future')
    return payload
  } catch (error) {
    throw error instanceof errors.JOSEError ? new TokenProblem(descriptionOf(error)) : error
  }
}

function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid
  } catch {
    throw new TokenProblem('unable to parse the token')
  }
}

function descriptionOf(error: InstanceType<typeof errors.JOSEError>): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' ? 'the token is not valid yet' : `the token does not have a valid ${error.claim}`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is invalid'
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'unable to find a signing key that matches the token'
  }
  return error instanceof errors.JOSEAlgNotAllowed ? 'signing method of the token is invalid' : 'unable to parse the token'
}

const scopesOf = ({ scope, scp }: JWTPayload): string[] =>
  [scope, scp].flatMap(each => typeof each === 'string' ? each.split(' ') : Array.isArray(each) ? each.map(String) : [])

/** Claims as AWS hands them on: all of them text, lists as `[a b]`, objects as JSON; those that are null are left out. */
function claimTexts(claims: JWTPayload): Record<string, string> {
  const text = (value: unknown): string =>
    Array.isArray(value) ? `[${value.map(text).join(' ')}]` : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, text(value)]))
}

interface KeySet { fetchedAt: number, keys: Promise<JWTVerifyGetKey> }

/** The issuer's public keys, found by its discovery document; kept for two hours of the cloud's clock. */
async function keysOf(gateway: ApiGateway, issuer: string, lifeMs = keySetLifeMs): Promise<JWTVerifyGetKey> {
  const sets = gateway.state.keySets as Map<string, KeySet>
  const known = sets.get(issuer)
  if (known && gateway.now() - known.fetchedAt < lifeMs) return known.keys
  const keys = fetchKeys(issuer)
  if (sets.size >= issuersMax) sets.delete(sets.keys().next().value!)
  sets.set(issuer, { fetchedAt: gateway.now(), keys })
  // What failed is asked for again by the next request.
  keys.catch(() => sets.get(issuer)?.keys === keys && sets.delete(issuer))
  return keys
}

async function fetchKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const discovery = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, 'OIDC discovery endpoint communication error')
  if (typeof discovery?.jwks_uri !== 'string') throw new TokenProblem('OIDC discovery endpoint does not provide a jwks_uri')
  const keys = await fetchJson(discovery.jwks_uri, 'JWKS communication error')
  try {
    return createLocalJWKSet(keys)
  } catch {
    throw new TokenProblem('JWKS communication error')
  }
}

async function fetchJson(url: string, problem: string): Promise<any> {
  try {
    const { statusCode, body } = await send(url, { signal: AbortSignal.timeout(discoveryTimeoutMs), headers: { accept: 'application/json' } })
    const pieces: Buffer[] = []
    let size = 0
    for await (const piece of body) {
      size += piece.length
      if (size > keySetBytesMax) throw new Error('too large')
      pieces.push(piece)
    }
    if (statusCode !== 200) throw new Error(`status ${statusCode}`)
    return JSON.parse(Buffer.concat(pieces).toString())
  } catch {
    throw new TokenProblem(problem)
  }
}
