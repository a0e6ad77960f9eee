import { ownPolicy } from '../own-policy.ts'
import { checkDocument, sizeOf } from '../documents.ts'
import { LimitExceeded, managedPolicyCharactersMax, versionsPerPolicyMax, type Iam, type Input, type Output } from '../state.ts'
import { versionView } from '../views.ts'

/** Adds a version to a managed policy, of which there are five at most; with SetAsDefault it is in force at once. */
export async function CreatePolicyVersion(iam: Iam, input: Input<'CreatePolicyVersion'>): Output<'CreatePolicyVersion'> {
  const row = await ownPolicy(iam, input.PolicyArn)
  checkDocument(input.PolicyDocument!, 'identity')
  if (sizeOf(input.PolicyDocument!) > managedPolicyCharactersMax) throw new LimitExceeded(`Cannot exceed quota for PolicySize: ${managedPolicyCharactersMax}`)
  const versions = await iam.tables.policyVersions.list({ prefix: [row.name.toLowerCase()] })
  if (versions.length >= versionsPerPolicyMax) {
    throw new LimitExceeded(
      `A managed policy can have up to ${versionsPerPolicyMax} versions. Before you create a new version, you must delete an existing version.`
    )
  }
  const created = { policy: row.name, version: row.lastVersion + 1, document: input.PolicyDocument!, createdAt: iam.now() }
  const policy = { ...row, lastVersion: created.version, updatedAt: iam.now(), ...input.SetAsDefault && { defaultVersion: created.version } }
  await iam.tables.policyVersions.put(created)
  await iam.tables.policies.put(policy)
  return { PolicyVersion: versionView(created, policy) }
}
