import { managedPolicy } from '../managed.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists whom a managed policy is attached to, or bounds. */
export async function ListEntitiesForPolicy(iam: Iam, input: Input<'ListEntitiesForPolicy'>): Output<'ListEntitiesForPolicy'> {
  const policy = await managedPolicy(iam, input.PolicyArn)
  const usage = input.PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : 'attached'
  const rows = (await iam.tables.attachments.list({ prefix: [policy.arn, usage] }))
    .filter(row => !input.EntityFilter || input.EntityFilter.toLowerCase() === row.kind)
  const entities = (await Promise.all(rows.map(async row => ({ kind: row.kind, row: await entity(iam, row.kind, row.name) }))))
    .filter(({ row }) => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy(`entities ${policy.id}`, entities, input, ({ kind, row }) => `${kind} ${row.name.toLowerCase()}`)
  const of = (kind: string) => page.filter(one => one.kind === kind).map(one => one.row)
  return {
    PolicyGroups: of('group').map(row => ({ GroupName: row.name, GroupId: row.id })),
    PolicyUsers: of('user').map(row => ({ UserName: row.name, UserId: row.id })),
    PolicyRoles: of('role').map(row => ({ RoleName: row.name, RoleId: row.id })),
    ...next,
  }
}
