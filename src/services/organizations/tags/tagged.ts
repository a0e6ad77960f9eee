import { fullAccess } from '../full-access.ts'
import { entityIn } from '../organization.ts'
import { TargetNotFoundException, type Orgs } from '../state.ts'
import type { OrganizationRow } from '../tables.ts'
import type { Tags } from '../../../platform/tags.ts'

/** What an id names that carries tags: an account, a unit, the root or a policy of the organization's own. */
export async function tagged(orgs: Orgs, org: OrganizationRow, id: string): Promise<{ tags: Tags, put: (tags: Tags) => Promise<void> }> {
  const policy = id.startsWith('p-') && id !== fullAccess.id ? await orgs.tables.policies.get(org.id, id) : undefined
  if (policy) return { tags: policy.tags, put: tags => orgs.tables.policies.put({ ...policy, tags }) }
  const entity = await entityIn(orgs, org, id)
  if (entity?.kind === 'ROOT') return { tags: org.rootTags, put: rootTags => orgs.tables.organizations.put({ ...org, rootTags }) }
  if (entity?.kind === 'ACCOUNT') return { tags: entity.account.tags, put: tags => orgs.tables.accounts.put({ ...entity.account, tags }) }
  if (entity?.kind === 'ORGANIZATIONAL_UNIT') return { tags: entity.unit.tags, put: tags => orgs.tables.units.put({ ...entity.unit, tags }) }
  throw new TargetNotFoundException("You specified a target that doesn't exist.")
}
