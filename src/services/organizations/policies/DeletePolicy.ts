import { managed } from '../organization.ts'
import { PolicyInUseException, type Input, type Orgs, type Output } from '../state.ts'
import { ownPolicyIn } from './policy.ts'

/** Deletes a policy that is attached to nothing. */
export async function DeletePolicy(orgs: Orgs, input: Input<'DeletePolicy'>): Output<'DeletePolicy'> {
  const org = await managed(orgs)
  const { id } = await ownPolicyIn(orgs, org, input.PolicyId)
  if ((await orgs.tables.attachments.list({ prefix: [org.id] })).some(({ policy }) => policy === id)) {
    throw new PolicyInUseException('This policy is attached to one or more entities. You must detach it before you can delete it.')
  }
  await orgs.tables.policies.delete(org.id, id)
  return {}
}
