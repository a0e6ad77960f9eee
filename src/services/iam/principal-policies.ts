import type { PolicyDocument, PrincipalPolicies } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import { parseArn } from '../../platform/arns.ts'
import type { Tables } from '../../platform/tables.ts'
import type { EntityRow, tables } from './state.ts'

type IamTables = Tables<typeof tables>

/** What is held of a user or a role: whose policies they are (a deleted role's session must not get its successor's), and the policies. */
interface Held { id: string | undefined, policies: PrincipalPolicies }

const nothing: PrincipalPolicies = {}

/** Reads the policies of users and roles, and holds them until their account changes. */
export function principalPolicies(at: (account: string) => IamTables) {
  const held = new Map<string, Held>()
  const generations = new Map<string, number>()

  async function managedPolicy(arn: string): Promise<string | undefined> {
    const place = parseArn(arn)
    if (!place) return undefined
    // AWS's policies are read when somebody first has one: a cloud starts without them.
    if (place.account === 'aws') return (await import('./managed.ts')).awsPolicy(arn)?.document
    const here = at(place.account)
    const row = await here.policies.get(arn.slice(arn.lastIndexOf('/') + 1).toLowerCase())
    return row?.arn === arn ? (await here.policyVersions.get(row.name.toLowerCase(), row.defaultVersion))?.document : undefined
  }

  async function managedPolicies(arns: string[]): Promise<PolicyDocument[]> {
    const documents = await Promise.all(arns.map(managedPolicy))
    return arns.flatMap((arn, index) => documents[index] === undefined ? [] : [{ name: arn.slice(arn.lastIndexOf('/') + 1), arn, document: documents[index] }])
  }

  async function documentsOf(row: EntityRow): Promise<PolicyDocument[]> {
    return [...Object.entries(row.inline).map(([name, document]) => ({ name, document })), ...await managedPolicies(row.attached)]
  }

  async function load(account: string, kind: 'user' | 'role', name: string): Promise<Held> {
    const here = at(account)
    const user = kind === 'user' ? await here.users.get(name) : undefined
    const row: EntityRow | undefined = user ?? (kind === 'role' ? await here.roles.get(name) : undefined)
    if (!row) return { id: undefined, policies: { identity: [] } }
    const groups = await Promise.all((user?.groups ?? []).map(group => here.groups.get(group.toLowerCase())))
    const identity = (await Promise.all([row, ...groups].map(one => one ? documentsOf(one) : []))).flat()
    // A boundary whose policy is gone allows nothing.
    const [boundary] = row.boundary === undefined ? [] : await managedPolicies([row.boundary])
    const missing = { name: 'missing boundary', document: '{"Version":"2012-10-17","Statement":[]}' }
    return { id: row.id, policies: { identity, tags: row.tags, ...row.boundary !== undefined && { boundary: boundary ?? missing } } }
  }

  function heldOf(arn: string): Held | Promise<Held> {
    const place = parseArn(arn)!
    const name = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()
    const kind = place.resource.startsWith('role/') ? 'role' : 'user'
    const key = `${place.account} ${kind} ${name}`
    const known = held.get(key)
    if (known) return known
    const generation = generations.get(place.account)
    return load(place.account, kind, name).then(loaded => {
      if (generations.get(place.account) === generation) held.set(key, loaded)
      return loaded
    })
  }

  function policiesOf(principal: Principal): PrincipalPolicies | Promise<PrincipalPolicies> {
    if (principal.type === 'federated-user') return federated(principal)
    if (principal.type !== 'user' && principal.type !== 'assumed-role') return nothing
    const found = heldOf(principal.roleArn ?? principal.arn)
    const narrowed = principal.sessionPolicies || principal.sessionPolicyArns
    if (!(found instanceof Promise) && !narrowed) return belonging(found, principal)
    return withSession(found, principal)
  }

  async function withSession(found: Held | Promise<Held>, principal: Principal): Promise<PrincipalPolicies> {
    const policies = belonging(await found, principal)
    return principal.sessionPolicies || principal.sessionPolicyArns ? { ...policies, session: await sessionOf(principal) } : policies
  }

  async function sessionOf(principal: Principal): Promise<PolicyDocument[]> {
    const inline = (principal.sessionPolicies ?? []).map(document => ({ name: 'session policy', document }))
    return [...inline, ...await managedPolicies(principal.sessionPolicyArns ?? [])]
  }

  /** A federated user may do what both its session policies and the policies of the user who asked for it allow. */
  async function federated(principal: Principal): Promise<PrincipalPolicies> {
    const session = await sessionOf(principal)
    const issuer = principal.issuerArn
    if (issuer === undefined || issuer.endsWith(':root')) return { session }
    return { ...(await heldOf(issuer)).policies, session }
  }

  return {
    policiesOf, managedPolicy,
    changed(account: string) {
      generations.set(account, (generations.get(account) ?? 0) + 1)
      for (const key of held.keys()) if (key.startsWith(`${account} `)) held.delete(key)
    },
  }
}

/** A session of a role (or a user) that was deleted, and made anew since, has no policies. */
function belonging({ id, policies }: Held, principal: Principal): PrincipalPolicies {
  return id === principal.userId.split(':')[0] ? policies : { identity: [] }
}
