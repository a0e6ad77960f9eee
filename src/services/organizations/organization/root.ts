import { rootArn } from '../arns.ts'
import { RootNotFoundException } from '../state.ts'
import type { OrganizationRow } from '../tables.ts'

export const rootView = (org: OrganizationRow) => ({
  Id: org.rootId, Arn: rootArn(org), Name: 'Root',
  PolicyTypes: org.policyTypes.map(type => ({ Type: type as 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' as const })),
})

export function checkRoot(org: OrganizationRow, id: string | undefined): void {
  if (id !== org.rootId) throw new RootNotFoundException("You specified a root that doesn't exist.")
}
