import { ownPolicy } from '../own-policy.ts'
import { policyAt } from '../versions.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes a version that is not the default one. */
export async function DeletePolicyVersion(iam: Iam, input: Input<'DeletePolicyVersion'>): Output<'DeletePolicyVersion'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  const { version } = await policyAt(iam, input.PolicyArn, input.VersionId)
  if (version.version === row.defaultVersion) throw new DeleteConflict('Cannot delete the default version of a policy.')
  await iam.tables.policyVersions.delete(row.name.toLowerCase(), version.version)
  return {}
}
