import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'

// Tokens of OpenID Connect providers: reading them, and verifying them by the keys that the provider publishes.

/** A JSON Web Token, read but not verified. */
export interface Jwt {
  header: { alg: string, kid?: string }
  claims: Record<string, unknown>
  signed: string
  signature: Buffer
}

/** Reads a token; undefined where the text is none. */
export function readJwt(token: string): Jwt | undefined {
  const [head, body, signature, ...rest] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined
  try {
    const header = JSON.parse(Buffer.from(head, 'base64url').toString())
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    if (typeof header?.alg !== 'string' || typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined
    return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') }
  } catch {
    return undefined
  }
}

/** A key that a provider publishes. */
export interface ProviderKey { kid: string | undefined, key: KeyObject }

/** Whether one of the keys made the token's signature. Only asymmetric algorithms count: RS, PS and ES with 256, 384 and 512 bits. */
export function isSignedBy(jwt: Jwt, keys: ProviderKey[]): boolean {
  const [, family, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(jwt.header.alg) ?? []
  if (family === undefined) return false
  const wanted = family === 'ES' ? 'ec' : 'rsa'
  return keys.some(({ kid, key }) => {
    if (key.asymmetricKeyType !== wanted || (jwt.header.kid !== undefined && kid !== undefined && kid !== jwt.header.kid)) return false
    const options = family === 'ES' ? { key, dsaEncoding: 'ieee-p1363' as const } : family === 'PS' ? { key, padding: 6, saltLength: Number(bits) / 8 } : key
    return verify(`sha${bits}`, Buffer.from(jwt.signed), options as KeyObject, jwt.signature)
  })
}

/** The keys of a provider could not be had. */
export class KeysUnavailableError extends Error {}

const freshMs = 3_600_000
/** A token by a key that is not known makes us ask again, but not more often than this. */
const askAgainMs = 60_000
const timeoutMs = 5000
const answerMaxBytes = 1_048_576
const providersMax = 500

/** Fetches providers' keys over HTTP and holds them for an hour. `now`: milliseconds since 1970. Throws KeysUnavailableError. */
export function providerKeys(now: () => number): { of(issuer: string, kid?: string): Promise<ProviderKey[]> } {
  const held = new Map<string, { keys: Promise<ProviderKey[]>, at: number }>()
  const ask = (issuer: string) => {
    if (held.size >= providersMax) held.delete(held.keys().next().value!)
    const asked = { keys: fetchKeys(issuer), at: now() }
    held.set(issuer, asked)
    asked.keys.catch(() => { if (held.get(issuer) === asked) held.delete(issuer) })
    return asked.keys
  }
  return {
    async of(issuer, kid) {
      const known = held.get(issuer)
      if (!known || now() - known.at > freshMs) return ask(issuer)
      const keys = await known.keys
      const unknown = kid !== undefined && !keys.some(key => key.kid === kid)
      return unknown && now() - known.at > askAgainMs ? ask(issuer) : keys
    },
  }
}

async function fetchKeys(issuer: string): Promise<ProviderKey[]> {
  const discovered: any = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (typeof discovered?.jwks_uri !== 'string') throw new KeysUnavailableError(`${issuer} names no jwks_uri.`)
  const { keys }: any = await fetchJson(discovered.jwks_uri)
  if (!Array.isArray(keys)) throw new KeysUnavailableError(`${discovered.jwks_uri} has no keys.`)
  return keys.flatMap((jwk: JsonWebKey & { kid?: string, use?: string }) => {
    if (jwk.use !== undefined && jwk.use !== 'sig') return []
    try {
      return [{ kid: jwk.kid, key: createPublicKey({ key: jwk, format: 'jwk' }) }]
    } catch {
      return []
    }
  })
}

async function fetchJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' } })
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`)
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of response.body) {
      size += piece.length
      if (size > answerMaxBytes) throw new Error('the answer is too large')
      pieces.push(piece)
    }
    return JSON.parse(Buffer.concat(pieces).toString())
  } catch (error) {
    throw new KeysUnavailableError(`${url}: ${(error as Error).message}`, { cause: error })
  }
}
