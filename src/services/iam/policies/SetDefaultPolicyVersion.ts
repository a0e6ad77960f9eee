import { ownPolicy } from '../own-policy.ts'
import { policyAt } from '../versions.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Puts a version of a managed policy in force, wherever the policy is attached. */
export async function SetDefaultPolicyVersion(iam: Iam, input: Input<'SetDefaultPolicyVersion'>): Output<'SetDefaultPolicyVersion'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  const { version } = await policyAt(iam, input.PolicyArn, input.VersionId)
  await iam.tables.policies.put({ ...row, defaultVersion: version.version, updatedAt: iam.now() })
  return {}
}
