import type { Principal } from '../../contracts/principal.ts'
import { listOf } from './conditions.ts'

/**
 * How a Principal element names a caller. `direct`: the user, the session, the service itself, or everybody; such a grant in the same
 * account needs nothing more. `role`: the session's role, so the session's and the role's bounds still narrow it. `account`: the
 * caller's account, which has to grant the permission itself.
 */
export type PrincipalMatch = 'direct' | 'role' | 'account' | undefined
export type Principals = (principal: Principal) => PrincipalMatch

/** Compiles Principal or NotPrincipal; undefined where the statement has neither. */
export function compilePrincipals(statement: { Principal?: unknown, NotPrincipal?: unknown }): Principals | undefined {
  if (statement.Principal !== undefined) return namedBy(statement.Principal)
  if (statement.NotPrincipal === undefined) return undefined
  const named = namedBy(statement.NotPrincipal)
  return principal => named(principal) === undefined ? 'direct' : undefined
}

function namedBy(element: any): Principals {
  if (element === '*') return () => 'direct'
  const aws = new Set(listOf(element.AWS ?? []))
  const services = new Set(listOf(element.Service ?? []).map(everyRegion))
  const federated = new Set(listOf(element.Federated ?? []))
  const everybody = aws.has('*')
  const everyProvider = federated.has('*')
  return principal => {
    if (principal.type === 'web-identity') return everyProvider || federated.has(principal.arn) ? 'direct' : undefined
    // {"AWS": "*"} and "*" are the same to AWS: queues that a topic may write to are often opened this way.
    if (everybody) return 'direct'
    if (principal.type === 'service') return services.has(principal.arn) || services.has('*') ? 'direct' : undefined
    if (principal.type === 'anonymous') return undefined
    if (aws.has(principal.arn) || aws.has(principal.userId)) return 'direct'
    if (principal.roleArn !== undefined && (aws.has(principal.roleArn) || aws.has(principal.userId.split(':')[0]!))) return 'role'
    // A grant to the user who asked for a federated session is narrowed by what bounds the session.
    if (principal.issuerArn !== undefined && aws.has(principal.issuerArn)) return 'role'
    if (aws.has(principal.account) || aws.has(rootOf(principal))) return principal.type === 'root' ? 'direct' : 'account'
    return undefined
  }
}

/** Some services are also known by a name for each region, `logs.eu-west-1.amazonaws.com`, which stands for the same service. */
const everyRegion = (service: string): string => service.replace(/^([a-z0-9-]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com$/, '$1.amazonaws.com')

function rootOf(principal: Principal): string {
  return `arn:${principal.arn.split(':')[1] ?? 'aws'}:iam::${principal.account}:root`
}
