import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

/** Milliseconds since 1970 end in `Ms`. */
export interface OrganizationRow {
  id: string
  managementAccount: string
  rootId: string
  features: 'ALL' | 'CONSOLIDATED_BILLING'
  /** Types of policies that are enabled in the root. */
  policyTypes: string[]
  rootTags: Tags
  /** Services with trusted access, and since when. */
  services: Record<string, number>
}

export interface MembershipRow { account: string, organization: string }

export interface AccountRow {
  organization: string
  account: string
  name: string
  email: string
  /** A root's or an organizational unit's id. */
  parent: string
  joinedMethod: 'INVITED' | 'CREATED'
  joinedMs: number
  tags: Tags
}

export interface UnitRow { organization: string, id: string, name: string, parent: string, tags: Tags }

export interface PolicyRow { organization: string, id: string, name: string, description: string, content: string, tags: Tags }

/** `target`: an account, an organizational unit or the root. */
export interface AttachmentRow { organization: string, target: string, policy: string }

export interface CreationRow {
  organization: string
  id: string
  account: string
  name: string
  email: string
  role: string
  tags: Tags
  requestedMs: number
  completedMs?: number
  failure?: 'EMAIL_ALREADY_EXISTS' | 'INTERNAL_FAILURE'
}

export interface HandshakeRow {
  id: string
  organization: string
  managementAccount: string
  features: string
  account: string
  notes?: string
  tags: Tags
  requestedMs: number
  expiresMs: number
  ended?: 'ACCEPTED' | 'DECLINED' | 'CANCELED'
}

export interface AdministratorRow { organization: string, account: string, service: string, enabledMs: number }

// An organization is no one account's.
export const tables = {
  organizations: table<OrganizationRow>()({ name: 'organizations', scope: 'cloud', key: row => [row.id] }),
  memberships: table<MembershipRow>()({ name: 'memberships', scope: 'cloud', key: row => [row.account] }),
  accounts: table<AccountRow>()({ name: 'accounts', scope: 'cloud', key: row => [row.organization, row.account] }),
  units: table<UnitRow>()({ name: 'units', scope: 'cloud', key: row => [row.organization, row.id] }),
  policies: table<PolicyRow>()({ name: 'policies', scope: 'cloud', key: row => [row.organization, row.id] }),
  attachments: table<AttachmentRow>()({ name: 'attachments', scope: 'cloud', key: row => [row.organization, row.target, row.policy] }),
  creations: table<CreationRow>()({ name: 'creations', scope: 'cloud', key: row => [row.organization, row.id] }),
  handshakes: table<HandshakeRow>()({ name: 'handshakes', scope: 'cloud', key: row => [row.id] }),
  administrators: table<AdministratorRow>()({ name: 'administrators', scope: 'cloud', key: row => [row.organization, row.account, row.service] }),
}
