import { entityIn, managed } from '../organization.ts'
import {
  constraintViolation, DuplicatePolicyAttachmentException, policiesPerTargetMax, TargetNotFoundException, type Input, type Orgs, type Output,
} from '../state.ts'
import { checkEnabled, policyIn } from './policy.ts'

/** Attaches a policy to the root, a unit or an account: from the next call on it bounds every account below, but the management account. */
export async function AttachPolicy(orgs: Orgs, input: Input<'AttachPolicy'>): Output<'AttachPolicy'> {
  const org = await managed(orgs)
  const { id } = await policyIn(orgs, org, input.PolicyId)
  const target = input.TargetId!
  if (!await entityIn(orgs, org, target)) throw new TargetNotFoundException("You specified a target that doesn't exist.")
  checkEnabled(org)
  const attached = await orgs.tables.attachments.list({ prefix: [org.id, target] })
  if (attached.some(({ policy }) => policy === id)) {
    throw new DuplicatePolicyAttachmentException('The selected policy is already attached to the specified target.')
  }
  if (attached.length >= policiesPerTargetMax) {
    throw constraintViolation('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED', 'You have attached the maximum number of policies to the specified target.')
  }
  await orgs.tables.attachments.put({ organization: org.id, target, policy: id })
  return {}
}
