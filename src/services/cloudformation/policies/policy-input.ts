import type { CloudFormation } from '../state.ts'
import { templateAt } from '../stacks/plan.ts'
import { ValidationError, type Template } from '../template/template.ts'
import { checkPolicy } from './policy.ts'

/** The policy that a call gives in its body or at an S3 address, checked; undefined where it gives none. */
export async function policyGiven(
  cfn: CloudFormation, body: string | undefined, url: string | undefined, template: Template | undefined
): Promise<string | undefined> {
  if (body !== undefined && url !== undefined) throw new ValidationError('You cannot specify both StackPolicyURL and StackPolicyBody')
  const policy = body ?? (url === undefined ? undefined : await templateAt(cfn, url))
  if (policy !== undefined) checkPolicy(policy, template)
  return policy
}
