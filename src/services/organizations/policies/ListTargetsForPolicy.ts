import { accountArn, rootArn, unitArn } from '../arns.ts'
import { entityIn, paged, readable, type Entity } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import type { OrganizationRow } from '../tables.ts'
import { policyIn } from './policy.ts'

/** What a policy is directly attached to. */
export async function ListTargetsForPolicy(orgs: Orgs, input: Input<'ListTargetsForPolicy'>): Output<'ListTargetsForPolicy'> {
  const org = await readable(orgs)
  const { id } = await policyIn(orgs, org, input.PolicyId)
  const rows = (await orgs.tables.attachments.list({ prefix: [org.id] })).filter(({ policy }) => policy === id)
  const { page, ...next } = paged(input, rows, row => row.target)
  return { Targets: await Promise.all(page.map(async ({ target }) => targetView(org, (await entityIn(orgs, org, target))!))), ...next }
}

const targetView = (org: OrganizationRow, { id, name, kind }: Entity) => ({
  TargetId: id, Name: name, Type: kind, Arn: kind === 'ROOT' ? rootArn(org) : kind === 'ACCOUNT' ? accountArn(org, id) : unitArn(org, id),
})
