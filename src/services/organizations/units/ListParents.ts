import { entityIn, readable } from '../organization.ts'
import { ChildNotFoundException, type Input, type Orgs, type Output } from '../state.ts'

/** The root or unit that directly holds a unit or an account. */
export async function ListParents(orgs: Orgs, input: Input<'ListParents'>): Output<'ListParents'> {
  const org = await readable(orgs)
  const entity = await entityIn(orgs, org, input.ChildId ?? '')
  if (!entity || entity.kind === 'ROOT') throw new ChildNotFoundException("You specified a child that doesn't exist.")
  const Id = entity.kind === 'ACCOUNT' ? entity.account.parent : entity.unit.parent
  return { Parents: [{ Id, Type: Id === org.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] }
}
