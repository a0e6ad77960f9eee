import { decodeToken, encodeToken, pageOf } from '../../platform/pagination.ts'
import { accountArn, organizationArn } from './arns.ts'
import { serviceControl } from './full-access.ts'
import { AccessDeniedException, AccountNotFoundException, AWSOrganizationsNotInUseException, invalidInput, pageMax, type Orgs } from './state.ts'
import type { AccountRow, OrganizationRow, UnitRow } from './tables.ts'

/** The organization that the caller's account is in. Throws AWSOrganizationsNotInUse. */
export async function organizationOf(orgs: Orgs): Promise<OrganizationRow> {
  const membership = await orgs.tables.memberships.get(orgs.account)
  const row = membership && await orgs.tables.organizations.get(membership.organization)
  if (!row) throw new AWSOrganizationsNotInUseException('Your account is not a member of an organization.')
  return row
}

export const denied = () => new AccessDeniedException("You don't have permissions to access this resource.")

/** The same, for what only the management account may do. Throws AccessDenied. */
export async function managed(orgs: Orgs): Promise<OrganizationRow> {
  const org = await organizationOf(orgs)
  if (org.managementAccount !== orgs.account) throw denied()
  return org
}

/** The same, for what the management account and delegated administrators may read. */
export async function readable(orgs: Orgs): Promise<OrganizationRow> {
  const org = await organizationOf(orgs)
  if (org.managementAccount === orgs.account) return org
  const [delegated] = await orgs.tables.administrators.list({ prefix: [org.id, orgs.account], limit: 1 })
  if (!delegated) throw denied()
  return org
}

export const organizationView = (org: OrganizationRow, email: string) => ({
  Id: org.id, Arn: organizationArn(org), FeatureSet: org.features, MasterAccountArn: accountArn(org, org.managementAccount),
  MasterAccountId: org.managementAccount, MasterAccountEmail: email,
  AvailablePolicyTypes: org.features === 'ALL' ? [{ Type: serviceControl, Status: 'ENABLED' as const }] : [],
})

export async function accountIn(orgs: Orgs, org: OrganizationRow, account: string | undefined): Promise<AccountRow> {
  const row = await orgs.tables.accounts.get(org.id, account ?? '')
  if (!row) throw new AccountNotFoundException("You specified an account that doesn't exist.")
  return row
}

/** What an id names in the organization: its root, a unit or an account; undefined where it names nothing. */
export async function entityIn(orgs: Orgs, org: OrganizationRow, id: string): Promise<Entity | undefined> {
  if (id === org.rootId) return { kind: 'ROOT', id, name: 'Root' }
  const unit = id.startsWith('ou-') ? await orgs.tables.units.get(org.id, id) : undefined
  if (unit) return { kind: 'ORGANIZATIONAL_UNIT', id, name: unit.name, unit }
  const account = await orgs.tables.accounts.get(org.id, id)
  return account && { kind: 'ACCOUNT', id, name: account.name, account }
}

export type Entity =
  | { kind: 'ROOT', id: string, name: string }
  | { kind: 'ORGANIZATIONAL_UNIT', id: string, name: string, unit: UnitRow }
  | { kind: 'ACCOUNT', id: string, name: string, account: AccountRow }

/** What may hold units and accounts: the root or a unit. */
export async function parentIn(orgs: Orgs, org: OrganizationRow, id: string | undefined): Promise<Entity | undefined> {
  const entity = await entityIn(orgs, org, id ?? '')
  return entity?.kind === 'ACCOUNT' ? undefined : entity
}

interface Paged { NextToken?: string | undefined, MaxResults?: number | undefined }

/** One page of rows that are in the order of their keys. */
export function paged<Row>({ NextToken, MaxResults = pageMax }: Paged, rows: Row[], keyOf: (row: Row) => string): { page: Row[], NextToken?: string } {
  let after = ''
  if (NextToken !== undefined) {
    const [key] = decodeToken('organizations', NextToken) ?? []
    if (typeof key !== 'string') throw invalidInput('INVALID_NEXT_TOKEN', 'You specified an invalid next token.')
    after = key
  }
  const sorted = rows.map(row => ({ row, key: keyOf(row) })).sort((a, b) => a.key < b.key ? -1 : 1)
  const { page, last } = pageOf(sorted.filter(({ key }) => key > after), Math.min(MaxResults, pageMax))
  return { page: page.map(({ row }) => row), ...last && { NextToken: encodeToken('organizations', [last.key]) } }
}
