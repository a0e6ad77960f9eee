import { AwsError } from '../../../platform/errors.ts'
import { policyProblem } from '../../../platform/policy/validate.ts'
import { MalformedPolicyDocumentException, type Kms } from '../state.ts'

/** The policy of a key that was given none: the account's own policies decide. */
export const defaultPolicy = ({ partition, account }: Pick<Kms, 'partition' | 'account'>): string => JSON.stringify({
  Version: '2012-10-17', Id: 'key-default-1',
  Statement: [{
    Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action: 'kms:*', Resource: '*',
  }],
}, null, 2)

/** Refuses a policy that is none, or that would lock its maker out, unless that check is bypassed. */
export async function checkPolicy(kms: Kms, arn: string, policy: string, bypass = false): Promise<void> {
  const problem = policyProblem(policy, 'resource')
  if (problem) {
    throw new MalformedPolicyDocumentException(/rincipal/.test(problem) ? 'Policy contains a statement with one or more invalid principals.' : problem)
  }
  if (bypass) return
  await kms.authorize({ action: 'kms:PutKeyPolicy', resource: arn, resourcePolicy: policy, resourcePolicyRequired: true }).catch(error => {
    if (!(error instanceof AwsError)) throw error
    throw new MalformedPolicyDocumentException('The new key policy will not allow you to update the key policy in the future.')
  })
}
