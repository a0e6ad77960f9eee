import type { IdentityPolicies, Membership, OrganizationDirectory, PolicyDocument, PrincipalPolicies } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import type { Store } from '../../contracts/store.ts'
import { bindTables, type Tables } from '../../platform/tables.ts'
import { policyArn } from './arns.ts'
import { fullAccess, serviceControl } from './full-access.ts'
import { tables, type AccountRow, type AttachmentRow, type OrganizationRow, type PolicyRow, type UnitRow } from './tables.ts'

/** All that is known of one organization when the places of its accounts are worked out. */
interface Known { organization: OrganizationRow, units: Map<string, UnitRow>, policies: Map<string, PolicyRow>, attachments: AttachmentRow[] }

/** Which account is in which organization, and what bounds it there: read whole when it is first asked for, and again after a change. */
export function createOrganizationDirectory(store: Pick<Store, 'transact'>): OrganizationDirectory {
  let places = new Map<string, Membership>()
  let reading: Promise<Map<string, Membership>> | undefined
  let fresh = false
  let generation = 0

  function read(): Promise<Map<string, Membership>> {
    const asked = generation
    return reading ??= store.transact(tx => placesIn(bindTables('organizations', tables, tx, { account: '', region: '' }))).then(found => {
      reading = undefined
      if (asked !== generation) return read()
      fresh = true
      return places = found
    }, error => {
      reading = undefined
      throw error
    })
  }

  return {
    membershipOf: account => fresh ? places.get(account) : read().then(found => found.get(account)),
    known: account => places.get(account),
    changed() {
      generation++
      fresh = false
    },
  }
}

async function placesIn(at: Tables<typeof tables>): Promise<Map<string, Membership>> {
  const places = new Map<string, Membership>()
  for (const organization of await at.organizations.list()) {
    const prefix = [organization.id]
    const [units, policies, attachments, accounts] = await Promise.all([
      at.units.list({ prefix }), at.policies.list({ prefix }), at.attachments.list({ prefix }), at.accounts.list({ prefix }),
    ])
    const known: Known = {
      organization, attachments, units: new Map(units.map(unit => [unit.id, unit])), policies: new Map(policies.map(policy => [policy.id, policy])),
    }
    for (const account of accounts) places.set(account.account, placeOf(account, known))
  }
  return places
}

function placeOf(account: AccountRow, { organization, units, policies, attachments }: Known): Membership {
  const levels: string[] = []
  for (let at: string | undefined = account.parent; at !== undefined; at = units.get(at)?.parent) levels.unshift(at)
  const place = { organizationId: organization.id, managementAccount: organization.managementAccount, path: `${[organization.id, ...levels].join('/')}/` }
  // Policies of its organization never bound the management account.
  if (account.account === organization.managementAccount || !organization.policyTypes.includes(serviceControl)) return place
  const documentOf = (id: string): PolicyDocument => {
    const row = id === fullAccess.id ? fullAccess : policies.get(id)!
    return { name: row.name, arn: policyArn(organization, id), document: row.content }
  }
  const at = (target: string) => attachments.filter(attachment => attachment.target === target).map(({ policy }) => documentOf(policy))
  return { ...place, serviceControl: [...levels, account.account].map(at) }
}

/** Callers whom service control policies bound: those of the account, but not its services and the roles that are linked to them. */
const isBounded = ({ type, roleArn }: Principal): boolean =>
  (type === 'root' || type === 'user' || type === 'federated-user' || type === 'assumed-role') && !roleArn?.includes(':role/aws-service-role/')

/** The policies of callers, with those of their organization. */
export function boundedByOrganization(policies: IdentityPolicies, directory: OrganizationDirectory): IdentityPolicies {
  // The authorizer compiles each of these objects once: the same policies at the same place are the same object.
  const bounded = new WeakMap<Membership, WeakMap<PrincipalPolicies, PrincipalPolicies>>()

  function withPlace(place: Membership | undefined, known: PrincipalPolicies): PrincipalPolicies {
    if (!place?.serviceControl) return known
    let held = bounded.get(place)
    if (!held) bounded.set(place, held = new WeakMap())
    let both = held.get(known)
    if (!both) held.set(known, both = { ...known, serviceControl: place.serviceControl })
    return both
  }

  return {
    ...policies,
    organizationOf: directory.known,
    policiesOf(principal) {
      const place = directory.membershipOf(principal.account)
      const known = policies.policiesOf(principal)
      if (place instanceof Promise || known instanceof Promise) {
        return Promise.all([place, known]).then(([at, own]) => isBounded(principal) ? withPlace(at, own) : own)
      }
      return isBounded(principal) ? withPlace(place, known) : known
    },
  }
}
