import { managed } from '../organization.ts'
import { checkEnabled, checkType } from '../policies/policy.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { checkRoot, rootView } from './root.ts'

/** Disables a type of policy: what was attached is detached everywhere, and does not come back. */
export async function DisablePolicyType(orgs: Orgs, input: Input<'DisablePolicyType'>): Output<'DisablePolicyType'> {
  const org = await managed(orgs)
  checkRoot(org, input.RootId)
  checkType(input.PolicyType)
  checkEnabled(org)
  const disabled = { ...org, policyTypes: [] }
  await orgs.tables.organizations.put(disabled)
  for (const { target, policy } of await orgs.tables.attachments.list({ prefix: [org.id] })) await orgs.tables.attachments.delete(org.id, target, policy)
  return { Root: rootView(disabled) }
}
