import { accountArn, handshakeArn, policyArn, rootArn, unitArn } from './arns.ts'
import { serviceControl } from './full-access.ts'
import { organizationOf } from './organization.ts'
import type { Orgs } from './state.ts'
import type { OrganizationRow } from './tables.ts'

// What the rules of operations have in common: which inputs name a resource, and the condition keys of Organizations.

/** The ARN of what an id names in an organization, by its form. */
function arnOf(org: OrganizationRow, id: string): string {
  if (id.startsWith('ou-')) return unitArn(org, id)
  if (id.startsWith('r-')) return rootArn(org)
  if (id.startsWith('p-')) return policyArn(org, id)
  return accountArn(org, id)
}

/** A rule for the resources that these members of an input name. A caller in no organization is told so by the operation. */
export const on = (...members: string[]) => ({
  async resource(orgs: Orgs, input: any): Promise<string[]> {
    const org = await organizationOf(orgs).catch(() => undefined)
    const ids: string[] = members.flatMap(member => input[member] ?? [])
    return org ? ids.map(id => arnOf(org, id)) : ['*']
  },
  // Whoever asks has his own account's permission; that the organization is another's is for the operation.
  resourceAccount: async (orgs: Orgs) => orgs.account,
  async resourceTags(orgs: Orgs, input: any) {
    const org = await organizationOf(orgs).catch(() => undefined)
    const id: string | undefined = input[members[0]!]
    if (!org || id === undefined) return undefined
    if (id === org.rootId) return org.rootTags
    const row = id.startsWith('ou-') ? await orgs.tables.units.get(org.id, id) : id.startsWith('p-') ? await orgs.tables.policies.get(org.id, id) : undefined
    return (row ?? await orgs.tables.accounts.get(org.id, id))?.tags
  },
})

export const onNothing = { resource: '*' as const }

/** The same, of operations on policies. */
export const onPolicies = (...members: string[]) => ({ ...on(...members), conditions: () => ({ 'organizations:PolicyType': serviceControl }) })

export const onNewPolicy = {
  async resource(orgs: Orgs): Promise<string> {
    const org = await organizationOf(orgs).catch(() => undefined)
    return org ? policyArn(org, '*') : '*'
  },
  resourceAccount: async (orgs: Orgs) => orgs.account,
  conditions: (_: Orgs, input: { Type: string | undefined }) => ({ 'organizations:PolicyType': input.Type }),
}

export const onHandshake = {
  async resource(orgs: Orgs, input: { HandshakeId: string | undefined }): Promise<string> {
    const row = await orgs.tables.handshakes.get(input.HandshakeId ?? '')
    return row ? handshakeArn(row) : '*'
  },
  resourceAccount: async (orgs: Orgs) => orgs.account,
}

/** An account that may not be in the organization yet. */
export const onTarget = {
  async resource(orgs: Orgs, input: { Target: { Id?: string | undefined } | undefined }): Promise<string> {
    const org = await organizationOf(orgs).catch(() => undefined)
    return org ? accountArn(org, input.Target?.Id ?? '*') : '*'
  },
  resourceAccount: async (orgs: Orgs) => orgs.account,
}

const conditions = (_: Orgs, input: { ServicePrincipal?: string | undefined }) => ({ 'organizations:ServicePrincipal': input.ServicePrincipal })
export const onService = { ...onNothing, conditions }
export const onAdministrator = { ...on('AccountId'), conditions }
export const byType = {
  ...onNothing, conditions: (_: Orgs, input: { Filter: string | undefined }) => ({ 'organizations:PolicyType': input.Filter }),
}
