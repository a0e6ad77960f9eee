import { managedPolicy, versionOf } from '../managed.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { versionView } from '../views.ts'

/** Lists the versions of a managed policy, the latest first. */
export async function ListPolicyVersions(iam: Iam, input: Input<'ListPolicyVersions'>): Output<'ListPolicyVersions'> {
  const policy = await managedPolicy(iam, input.PolicyArn)
  const own = await iam.tables.policyVersions.list({ prefix: [policy.name.toLowerCase()], reverse: true })
  const versions = policy.arn.includes(':iam::aws:') ? [(await versionOf(iam, policy, 1))!] : own
  const { page, next } = pageBy(`versions ${policy.id}`, versions, input, row => String(1e9 - row.version))
  return { Versions: page.map(row => versionView(row, policy)), ...next }
}
