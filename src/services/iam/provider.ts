import { randomBytes } from 'node:crypto'
import type { Clock } from '../../contracts/clock.ts'
import type { AssumableRole, CredentialsAnswer, CredentialsRequest, Identity, IdentityPolicies, Sessions } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import type { Store } from '../../contracts/store.ts'
import { parseArn } from '../../platform/arns.ts'
import { createAuthorizer } from '../../platform/authorize.ts'
import { AwsError } from '../../platform/errors.ts'
import type { AssumeOptions } from '../../platform/parts.ts'
import { rootOf } from '../../platform/root.ts'
import { bindTables } from '../../platform/tables.ts'
import { accountInKey, newAccessKeyId, newSecretKey } from './access-keys.ts'
import { lastUses } from './last-used.ts'
import { checkMfaCode } from './mfa/check.ts'
import { principalPolicies } from './principal-policies.ts'
import { openMessage, openSession, sealMessage, sealSession, type SessionFacts } from './session-tokens.ts'
import { tables, type AccessKeyRow } from './state.ts'

/** All that the cloud has to know of identities: who holds a key, which policies are theirs, sessions of roles. */
export interface IdentityProvider extends Identity, IdentityPolicies, Sessions {
  /**
   * The principal of a role session that Fogbank itself opens for a service. Throws AccessDenied where there is no such role, or it does not trust the
   * service.
   */
  sessionFor(roleArn: string, options: AssumeOptions): Promise<Principal>
}

/** The account of a caller on the loopback interface whose key nobody knows. */
export const localAccount = '000000000000'
const tokensMax = 5000
const unknownKeysMax = 5000

/** Opens the provider on the cloud's store. What it answers is held in memory; IAM's operations tell it of changes. */
export async function createIdentityProvider({ store, clock }: { store: Store, clock: Clock }): Promise<IdentityProvider> {
  const key = await sessionKey(store)
  const keys = new Map<string, AccessKeyRow>()
  const tokens = new Map<string, SessionFacts>()
  const users = new Map<string, Principal>()
  const unknownKeys = new Set<string>()
  const roles = new Map<string, AssumableRole>()
  const uses = await lastUses(store, clock.now)
  let generation = 0
  const at = (account: string) => bindTables('iam', tables, store, { account, region: '' })
  const policies = principalPolicies(at)

  function sessionOf(token: string): SessionFacts | undefined {
    const known = tokens.get(token)
    if (known) return known
    const facts = openSession(key, token)
    if (!facts) return undefined
    facts.principal.accessKeyId = facts.accessKeyId
    if (tokens.size >= tokensMax) tokens.delete(tokens.keys().next().value!)
    tokens.set(token, facts)
    return facts
  }

  function answerKey(row: AccessKeyRow): CredentialsAnswer | Promise<CredentialsAnswer> {
    if (row.status === 'Inactive') return { error: 'inactive' }
    const principal = users.get(row.id)
    if (principal) return { secretAccessKey: row.secret, principal }
    if (row.user === undefined) return { secretAccessKey: row.secret, principal: { ...rootOf(row.account), accessKeyId: row.id } }
    return at(row.account).users.get(row.user.toLowerCase()).then(user => {
      if (!user) return { error: 'unknown' as const }
      const found: Principal = { type: 'user', account: row.account, arn: user.arn, userId: user.id, accessKeyId: row.id }
      if (keys.get(row.id) === row) users.set(row.id, found)
      return { secretAccessKey: row.secret, principal: found }
    })
  }

  function answerUnknown({ accessKeyId, loopback }: CredentialsRequest): CredentialsAnswer {
    if (!loopback) return { error: 'unknown' }
    return { principal: { ...rootOf(/^\d{12}$/.test(accessKeyId) ? accessKeyId : localAccount), accessKeyId } }
  }

  async function lookUp(request: CredentialsRequest): Promise<CredentialsAnswer> {
    const asked = generation
    const row = await at('').accessKeys.get(request.accessKeyId)
    if (row) {
      if (asked === generation) keys.set(row.id, row)
      return answerKey(row)
    }
    if (await at('').deletedKeys.get(request.accessKeyId)) return { error: 'unknown' }
    if (asked === generation && unknownKeys.size < unknownKeysMax) unknownKeys.add(request.accessKeyId)
    return answerUnknown(request)
  }

  async function roleAt(roleArn: string): Promise<AssumableRole | undefined> {
    const place = parseArn(roleArn)
    if (place?.service !== 'iam' || !place.resource.startsWith('role/')) return undefined
    const row = await at(place.account).roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1).toLowerCase())
    if (row?.arn !== roleArn) return undefined
    const { arn, id, name, trustPolicy, maxSessionDurationSeconds, tags } = row
    return { arn, roleId: id, name, account: place.account, trustPolicy, maxSessionDurationSeconds, tags }
  }

  async function heldRole(roleArn: string): Promise<AssumableRole | undefined> {
    const known = roles.get(roleArn)
    if (known) return known
    const asked = generation
    const role = await roleAt(roleArn)
    if (role && asked === generation) roles.set(roleArn, role)
    return role
  }

  // A service has no policies of its own: the role's trust policy alone has the word.
  const trusts = createAuthorizer({ policiesOf: () => ({}) }, clock.now)

  async function checkTrust(
    role: AssumableRole, who: Pick<AssumeOptions, 'service' | 'account' | 'sourceArn'>, sourceIdentity: string | undefined
  ): Promise<void> {
    const { service, account, sourceArn } = who
    await trusts({
      principal: { type: 'service', account, arn: service, userId: service, ...sourceArn !== undefined && { sourceArn } }, service: 'sts',
      actions: ['sts:AssumeRole', ...sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']], resources: [role.arn],
      conditions: { 'sts:SourceIdentity': sourceIdentity }, resourcePolicy: role.trustPolicy, resourceAccount: role.account, region: '', secureTransport: true,
    })
  }

  return {
    credentials(request) {
      const { accessKeyId, sessionToken } = request
      if (sessionToken) {
        const facts = sessionOf(sessionToken)
        if (!facts) return request.loopback ? answerUnknown(request) : { error: 'invalid-token' }
        if (facts.accessKeyId !== accessKeyId) return { error: 'invalid-token' }
        return facts.expiresAt <= clock.now() ? { error: 'expired' } : { secretAccessKey: facts.secretAccessKey, principal: facts.principal }
      }
      const row = keys.get(accessKeyId)
      if (row) return answerKey(row)
      if (!accountInKey(accessKeyId) || unknownKeys.has(accessKeyId)) return answerUnknown(request)
      // A session's key counts only together with its token.
      return accessKeyId.startsWith('ASIA') ? { error: 'invalid-token' } : lookUp(request)
    },
    policiesOf: policies.policiesOf,
    used: uses.note,
    encodeMessage: details => sealMessage(key, details),
    decodeMessage: message => openMessage(key, message),
    lastUsed: uses.of,
    flush: uses.flush,
    checkMfa: (principal, serialNumber, code) => checkMfaCode({ store, now: clock.now() }, principal, { serialNumber, code }),
    managedPolicy: policies.managedPolicy,
    issue(principal, expiresAt) {
      const facts = { accessKeyId: newAccessKeyId('ASIA', principal.account), secretAccessKey: newSecretKey(), principal, expiresAt }
      return { accessKeyId: facts.accessKeyId, secretAccessKey: facts.secretAccessKey, sessionToken: sealSession(key, facts), expiresAt }
    },
    role: roleAt,
    async openIdProvider(account, issuer) {
      const row = await at(account).openIdProviders.get(issuer.toLowerCase())
      return row?.issuer === issuer ? { arn: row.arn, url: row.url, clientIds: row.clientIds } : undefined
    },
    async accountOf(accessKeyId) { return accountInKey(accessKeyId) },
    async sessionFor(roleArn, { sessionName, sourceIdentity, ...who }) {
      const role = await heldRole(roleArn)
      if (!role) throw new AwsError('AccessDenied', `The role ${roleArn} cannot be assumed: there is none.`, { status: 403 })
      await checkTrust(role, who, sourceIdentity)
      return {
        type: 'assumed-role', account: role.account, arn: `arn:${roleArn.split(':')[1]}:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
        userId: `${role.roleId}:${sessionName}`, roleArn, issuedAt: clock.now(), ...sourceIdentity && { sourceIdentity },
      }
    },
    changed(account) {
      generation++
      for (const [id, row] of keys) if (row.account === account) keys.delete(id)
      users.clear()
      for (const [arn, role] of roles) if (role.account === account) roles.delete(arn)
      unknownKeys.clear()
      policies.changed(account)
    },
  }
}

/** The key that seals sessions, made once for the cloud: sessions outlive a restart. */
function sessionKey(store: Store): Promise<Uint8Array> {
  return store.transact(async tx => {
    const { secrets } = bindTables('iam', tables, tx, { account: '', region: '' })
    const known = await secrets.get('session-tokens')
    if (known) return known.secret
    const secret = new Uint8Array(randomBytes(32))
    await secrets.put({ name: 'session-tokens', secret })
    return secret
  })
}
