import { serviceControl } from '../full-access.ts'
import { managed } from '../organization.ts'
import { attachFullAccess, checkType } from '../policies/policy.ts'
import { PolicyTypeAlreadyEnabledException, PolicyTypeNotAvailableForOrganizationException, type Input, type Orgs, type Output } from '../state.ts'
import { checkRoot, rootView } from './root.ts'

/** Enables a type of policy; everything in the organization gets FullAWSAccess, so that nothing changes yet. */
export async function EnablePolicyType(orgs: Orgs, input: Input<'EnablePolicyType'>): Output<'EnablePolicyType'> {
  const org = await managed(orgs)
  checkRoot(org, input.RootId)
  checkType(input.PolicyType)
  if (org.features !== 'ALL') {
    throw new PolicyTypeNotAvailableForOrganizationException(
      "You can't use the specified policy type with the feature set currently enabled for this organization."
    )
  }
  if (org.policyTypes.includes(serviceControl)) throw new PolicyTypeAlreadyEnabledException('The specified policy type is already enabled.')
  const enabled = { ...org, policyTypes: [serviceControl] }
  await orgs.tables.organizations.put(enabled)
  const prefix = [org.id]
  const [units, accounts] = await Promise.all([orgs.tables.units.list({ prefix }), orgs.tables.accounts.list({ prefix })])
  for (const target of [org.rootId, ...units.map(({ id }) => id), ...accounts.map(({ account }) => account)]) await attachFullAccess(orgs, enabled, target)
  return { Root: rootView(enabled) }
}
