import type { OpenIdProvider, AssumableRole } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import { AwsError } from '../../platform/errors.ts'
import { isSignedBy, KeysUnavailableError, readJwt, type Jwt } from '../../platform/openid.ts'
import type { Conditions } from '../../platform/service.ts'
import type { Tags } from '../../platform/tags.ts'
import { checkAssume, openRoleSession } from './role-session.ts'
import {
  AccessDenied, checkDuration, ExpiredToken, IDPCommunicationError, InvalidIdentityToken, ValidationError, type Input, type Output, type Sts
} from './state.ts'

const action = 'sts:AssumeRoleWithWebIdentity'

/**
 * Opens a session of a role for whom an OpenID Connect provider of the role's account vouches, by a token that its published keys signed.
 * Needs no credentials. Errors: InvalidIdentityToken, ExpiredToken, IDPCommunicationError, AccessDenied, ValidationError.
 */
export async function AssumeRoleWithWebIdentity(sts: Sts, input: Input<'AssumeRoleWithWebIdentity'>): Output<'AssumeRoleWithWebIdentity'> {
  checkDuration(input.DurationSeconds, 43_200)
  checkAssume(input)
  if (input.ProviderId !== undefined) {
    throw new ValidationError('ProviderId names an OAuth 2.0 provider, of which Fogbank has none: leave it out for an OpenID Connect token.')
  }
  const account = input.RoleArn!.split(':')[4]!
  const { provider, token } = await verified(sts, account, input.WebIdentityToken!)
  const role = await sts.state.sessions.role(input.RoleArn!)
  // Whether a role is there is nothing for those whom it does not trust.
  if (!role) throw notAuthorized(action)
  const session = sessionClaims(token.claims)
  const identityKeys = keysOf(token.claims, provider)
  await authorize(sts, role, provider, { input, session, identityKeys })
  const opened = await openRoleSession(sts, role, input, { ...session, more: { federatedProvider: provider.arn, identityKeys } })
  return { ...opened, SubjectFromWebIdentityToken: text(token.claims.sub)!, Provider: provider.arn, Audience: audienceOf(token.claims) }
}

const notAuthorized = (what: string) => new AccessDenied(`Not authorized to perform ${what}`)
const text = (claim: unknown): string | undefined => typeof claim === 'string' ? claim : undefined

/** The token, once all is right with it that does not depend on the role. */
async function verified(sts: Sts, account: string, webIdentityToken: string): Promise<{ provider: OpenIdProvider, token: Jwt }> {
  const token = readJwt(webIdentityToken)
  if (!token) throw new InvalidIdentityToken('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)')
  const { claims } = token
  for (const claim of ['iss', 'sub', 'aud', 'exp', 'iat']) if (claims[claim] === undefined) throw new InvalidIdentityToken(`Missing a required claim: ${claim}`)
  const issuer = text(claims.iss) ?? ''
  const provider = await sts.state.sessions.openIdProvider(account, issuer.replace(/^https?:\/\//, '').replace(/\/$/, ''))
  if (!provider) throw new InvalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`)
  const audiences = [claims.aud].flat().map(String)
  if (!audiences.some(audience => provider.clientIds.includes(audience))) throw new InvalidIdentityToken('Incorrect token audience')
  await checkSignature(sts, provider, token)
  const nowSeconds = Math.floor(sts.now() / 1000)
  if (!(Number(claims.exp) > nowSeconds)) {
    throw new ExpiredToken(`Token expired: current date/time ${nowSeconds} must be before the expiration date/time ${Number(claims.exp)}`)
  }
  if (Number(claims.nbf ?? 0) > nowSeconds) throw new InvalidIdentityToken('Token is not valid yet: its not-before time lies in the future')
  return { provider, token }
}

async function checkSignature(sts: Sts, provider: OpenIdProvider, token: Jwt): Promise<void> {
  try {
    if (isSignedBy(token, await sts.state.providerKeys.of(provider.url, token.header.kid))) return
  } catch (error) {
    if (!(error instanceof KeysUnavailableError)) throw error
    sts.log.warn('the keys of an identity provider could not be had', { provider: provider.arn, error: error.message })
    throw new IDPCommunicationError(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
    )
  }
  throw new InvalidIdentityToken('The ID Token provided could not be validated: its signature is not of a key of the provider')
}

/** Where a token has an authorized party, that is what trust policies know as its audience; `oaud` is the audience then. */
function keysOf(claims: Record<string, unknown>, { arn }: OpenIdProvider): Record<string, string | string[]> {
  const issuer = arn.slice(arn.indexOf('oidc-provider/') + 'oidc-provider/'.length)
  const keys: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(claims)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') keys[`${issuer}:${name}`] = String(value)
    else if (Array.isArray(value) && value.every(one => typeof one === 'string')) keys[`${issuer}:${name}`] = value
  }
  const authorizedParty = text(claims.azp)
  if (authorizedParty !== undefined) {
    keys[`${issuer}:oaud`] = keys[`${issuer}:aud`] ?? ''
    keys[`${issuer}:aud`] = authorizedParty
  }
  return keys
}

const audienceOf = (claims: Record<string, unknown>): string => [claims.aud].flat().map(String)[0]!

interface SessionClaims { tags: Tags, transitiveTagKeys: string[], sourceIdentity: string | undefined }

/** The session tags and the source identity that a provider puts into its tokens: claims of the name https://aws.amazon.com/… . */
function sessionClaims(claims: Record<string, unknown>): SessionClaims {
  const given: any = claims['https://aws.amazon.com/tags'] ?? {}
  const tags: Tags = {}
  for (const [key, value] of Object.entries<any>(given.principal_tags ?? {})) tags[key] = String([value].flat()[0] ?? '')
  const transitiveTagKeys = Array.isArray(given.transitive_tag_keys) ? given.transitive_tag_keys.map(String) : []
  return { tags, transitiveTagKeys, sourceIdentity: text(claims['https://aws.amazon.com/source_identity']) }
}

interface Asked { input: Input<'AssumeRoleWithWebIdentity'>, session: SessionClaims, identityKeys: Record<string, string | string[]> }

async function authorize(sts: Sts, role: AssumableRole, provider: OpenIdProvider, { input, session, identityKeys }: Asked): Promise<void> {
  const principal: Principal = {
    type: 'web-identity', account: role.account, arn: provider.arn, userId: String(identityKeys.sub ?? ''), federatedProvider: provider.arn, identityKeys
  }
  const tagKeys = Object.keys(session.tags)
  const conditions: Conditions = {
    'sts:RoleSessionName': input.RoleSessionName, 'sts:SourceIdentity': session.sourceIdentity, 'sts:DurationSeconds': input.DurationSeconds ?? 3600,
    ...Object.fromEntries(Object.entries(session.tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...tagKeys.length > 0 && { 'aws:TagKeys': tagKeys }, ...session.transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': session.transitiveTagKeys },
  }
  const actions = [action, ...tagKeys.length > 0 ? ['sts:TagSession'] : [], ...session.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']]
  for (const each of actions) {
    try {
      await sts.in({ account: role.account, principal }).authorize({
        action: each, resource: role.arn, conditions, resourcePolicy: role.trustPolicy, resourcePolicyRequired: true, resourceTags: () => role.tags,
      })
    } catch (error) {
      throw error instanceof AwsError && error.code === 'AccessDenied' ? notAuthorized(each) : error
    }
  }
}
