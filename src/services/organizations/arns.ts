import { newCode } from '../../platform/ids.ts'
import type { HandshakeRow, OrganizationRow } from './tables.ts'

type Owner = Pick<OrganizationRow, 'id' | 'managementAccount'>

const own = ({ managementAccount }: Owner, resource: string): string => `arn:aws:organizations::${managementAccount}:${resource}`

export const organizationArn = (org: Owner): string => own(org, `organization/${org.id}`)
export const rootArn = (org: Owner & Pick<OrganizationRow, 'rootId'>): string => own(org, `root/${org.id}/${org.rootId}`)
export const accountArn = (org: Owner, account: string): string => own(org, `account/${org.id}/${account}`)
export const unitArn = (org: Owner, unit: string): string => own(org, `ou/${org.id}/${unit}`)
export const handshakeArn = (row: Pick<HandshakeRow, 'id' | 'organization' | 'managementAccount'>): string =>
  `arn:aws:organizations::${row.managementAccount}:handshake/${row.organization}/invite/${row.id}`

/** Of a policy of the organization, or of AWS. */
export const policyArn = (org: Owner, policy: string): string => policy === 'p-FullAWSAccess'
  ? `arn:aws:organizations::aws:policy/service_control_policy/${policy}`
  : own(org, `policy/${org.id}/service_control_policy/${policy}`)

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'

export const newOrganizationId = (): string => `o-${newCode(10, alphabet)}`
export const newRootId = (): string => `r-${newCode(4, alphabet)}`
export const newUnitId = (rootId: string): string => `ou-${rootId.slice(2)}-${newCode(8, alphabet)}`
export const newPolicyId = (): string => `p-${newCode(8, alphabet)}`
export const newHandshakeId = (): string => `h-${newCode(10, alphabet)}`
export const newCreationId = (): string => `car-${newCode(32, alphabet)}`
/** Twelve digits, the first of which is no zero: such accounts are the cloud's own. */
export const newAccountId = (): string => newCode(1, '123456789') + newCode(11, '0123456789')
