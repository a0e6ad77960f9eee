import { encodeDocument } from '../documents.ts'
import { policyAt } from '../versions.ts'
import type { Iam, Input, Output } from '../state.ts'
import { versionView } from '../views.ts'

/** Answers a version of a managed policy with its document, percent-encoded. */
export async function GetPolicyVersion(iam: Iam, input: Input<'GetPolicyVersion'>): Output<'GetPolicyVersion'> {
  const { policy, version } = await policyAt(iam, input.PolicyArn, input.VersionId)
  return { PolicyVersion: { ...versionView(version, policy), Document: encodeDocument(version.document) } }
}
