import { entityIn, managed } from '../organization.ts'
import { constraintViolation, PolicyNotAttachedException, TargetNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { policyIn } from './policy.ts'

/** Detaches a policy; the last one of a target stays, for without any nothing would be allowed. */
export async function DetachPolicy(orgs: Orgs, input: Input<'DetachPolicy'>): Output<'DetachPolicy'> {
  const org = await managed(orgs)
  const { id } = await policyIn(orgs, org, input.PolicyId)
  const target = input.TargetId!
  if (!await entityIn(orgs, org, target)) throw new TargetNotFoundException("You specified a target that doesn't exist.")
  const attached = await orgs.tables.attachments.list({ prefix: [org.id, target] })
  if (!attached.some(({ policy }) => policy === id)) {
    throw new PolicyNotAttachedException("The policy isn't attached to the specified target in the specified root.")
  }
  if (attached.length === 1) {
    throw constraintViolation(
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.'
    )
  }
  await orgs.tables.attachments.delete(org.id, target, id)
  return {}
}
