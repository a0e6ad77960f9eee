import { ownPolicy } from '../own-policy.ts'
import { usageOf } from '../managed.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes a managed policy that is attached nowhere, and its last version with it. */
export async function DeletePolicy(iam: Iam, input: Input<'DeletePolicy'>): Output<'DeletePolicy'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  const { attached, boundaries } = await usageOf(iam, row.arn)
  if (attached + boundaries > 0) throw new DeleteConflict('Cannot delete a policy attached to entities.')
  const versions = await iam.tables.policyVersions.list({ prefix: [row.name.toLowerCase()] })
  if (versions.length > 1) {
    throw new DeleteConflict(
      'This policy has more than one version. Before you delete a policy, you must delete the policy\'s versions. The default version is deleted with ' +
      'the policy.'
    )
  }
  for (const { version } of versions) await iam.tables.policyVersions.delete(row.name.toLowerCase(), version)
  await iam.tables.policies.delete(row.name.toLowerCase())
  return {}
}
