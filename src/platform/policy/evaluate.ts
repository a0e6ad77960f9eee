import type { Principal } from '../../contracts/principal.ts'
import type { Policy, Statement } from './compile.ts'
import type { Context } from './context.ts'
import type { PrincipalMatch } from './principals.ts'

/** Every policy that has a say in a request. */
export interface PolicyStack {
  /** Of the user, its groups, or the session's role. Absent for a caller that needs none: the root of an account, a service. */
  identity?: Policy[]
  boundary?: Policy
  /** Narrow a session; a session without session policies has none. */
  session?: Policy[]
  /** Of the caller's organization, one list for each level from the root down; each level has to allow. */
  serviceControl?: Policy[][]
  /** Of the resource: a bucket policy, a queue policy, a role's trust policy. */
  resource?: Policy
}

export interface PolicyRequest {
  principal: Principal
  action: string
  resource: string
  /** The account that owns the resource. */
  resourceAccount: string
  context: Context
  /** The resource's policy has to allow, even within the account: role trust policies, key policies. */
  resourcePolicyRequired?: boolean
}

export type PolicyType = 'identity-based policy' | 'resource-based policy' | 'permissions boundary' | 'session policy' | 'service control policy'

/** `by`: the statement that decided; absent where a missing one did. `type`: the kind of policy it is in, or is missing from. */
export interface Decision {
  allowed: boolean
  explicit: boolean
  type: PolicyType
  by?: Statement
}

/** Decides one action on one resource: explicit denials first, then every kind of policy that must allow, in AWS's order. */
export function evaluate(request: PolicyRequest, policies: PolicyStack): Decision {
  return explicitDeny(request, policies) ?? (isOutsider(request.principal) ? outsider(request, policies) : insider(request, policies))
}

/** Those that no identity policy speaks for: what they may do, the resource's policy says. */
function isOutsider(principal: Principal): boolean {
  return principal.type === 'service' || principal.type === 'web-identity' || principal.type === 'anonymous'
}

function explicitDeny(request: PolicyRequest, policies: PolicyStack): Decision | undefined {
  const kinds: [PolicyType, Policy[] | undefined][] = [
    ['service control policy', policies.serviceControl?.flat()],
    ['resource-based policy', policies.resource && [policies.resource]],
    ['identity-based policy', policies.identity],
    ['permissions boundary', policies.boundary && [policies.boundary]],
    ['session policy', policies.session],
  ]
  for (const [type, list] of kinds) {
    const by = list && findStatement(request, list, 'Deny')
    if (by) return { allowed: false, explicit: true, type, by }
  }
  return undefined
}

function outsider(request: PolicyRequest, policies: PolicyStack): Decision {
  const by = policies.resource && findStatement(request, [policies.resource], 'Allow')
  return by ? allowed('resource-based policy', by) : missing('resource-based policy')
}

function insider(request: PolicyRequest, policies: PolicyStack): Decision {
  for (const level of policies.serviceControl ?? []) {
    if (!findStatement(request, level, 'Allow')) return missing('service control policy')
  }
  const grant = resourceGrant(request, policies.resource)
  const sameAccount = request.principal.account === request.resourceAccount
  // A grant to the very user or session stands by itself; one to the role is narrowed by what bounds the role's sessions.
  if (sameAccount && grant?.match === 'direct') return allowed('resource-based policy', grant.by)
  const needsResource = !sameAccount || request.resourcePolicyRequired
  const identity = policies.identity && findStatement(request, policies.identity, 'Allow')
  const byRole = sameAccount && grant?.match === 'role'
  if (policies.identity && !identity && !byRole) return missing('identity-based policy')
  if (policies.boundary && !findStatement(request, [policies.boundary], 'Allow')) return missing('permissions boundary')
  if (policies.session && !findStatement(request, policies.session, 'Allow')) return missing('session policy')
  if (needsResource && !grant) return missing('resource-based policy')
  return identity ? allowed('identity-based policy', identity) : allowed('resource-based policy', grant?.by)
}

function resourceGrant(request: PolicyRequest, policy: Policy | undefined): { match: PrincipalMatch, by: Statement } | undefined {
  let best: { match: PrincipalMatch, by: Statement } | undefined
  for (const statement of policy?.statements ?? []) {
    const match = statement.effect === 'Allow' ? matchOf(request, statement) : undefined
    if (match && (!best || rank[match] > rank[best.match!])) best = { match, by: statement }
  }
  return best
}

const rank = { account: 0, role: 1, direct: 2 }

function findStatement(request: PolicyRequest, policies: Policy[], effect: 'Allow' | 'Deny'): Statement | undefined {
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (statement.effect === effect && matchOf(request, statement)) return statement
    }
  }
  return undefined
}

/** Whether a statement speaks of a request, and how it names the caller. */
export function matchOf(request: PolicyRequest, statement: Statement): PrincipalMatch {
  if (!statement.action(request.action) || !statement.resource(request.resource, request.context)) return undefined
  const match = statement.principals ? statement.principals(request.principal) : 'direct'
  if (!match || (statement.condition && !statement.condition(request.context))) return undefined
  return match
}

function allowed(type: PolicyType, by: Statement | undefined): Decision {
  return by ? { allowed: true, explicit: true, type, by } : { allowed: true, explicit: false, type }
}

function missing(type: PolicyType): Decision {
  return { allowed: false, explicit: false, type }
}
