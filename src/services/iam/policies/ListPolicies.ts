import { awsPolicyRows, usageOf } from '../managed.ts'
import { pageBy, sortBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { policySummary } from '../views.ts'

/** Lists managed policies: the account's (`Local`), AWS's (`AWS`), or both. */
export async function ListPolicies(iam: Iam, input: Input<'ListPolicies'>): Output<'ListPolicies'> {
  const scope = input.Scope ?? 'All'
  const rows = [...scope === 'AWS' ? [] : await iam.tables.policies.list(), ...scope === 'Local' ? [] : awsPolicyRows(iam.partition)]
    .filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const usage = input.PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : input.PolicyUsageFilter === 'PermissionsPolicy' ? 'attached' : undefined
  const used = usage || input.OnlyAttached ? await iam.tables.attachments.list() : []
  const wanted = rows.filter(row => (!usage && !input.OnlyAttached)
    || used.some(one => one.policyArn === row.arn && (!usage || one.usage === usage) && (!input.OnlyAttached || one.usage === 'attached')))
  const { page, next } = pageBy('ListPolicies', sortBy(wanted, row => row.arn), input, row => row.arn)
  return { Policies: await Promise.all(page.map(async row => policySummary(row, await usageOf(iam, row.arn)))), ...next }
}
