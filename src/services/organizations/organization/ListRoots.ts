import { readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { rootView } from './root.ts'

/** The one root that an organization has. */
export async function ListRoots(orgs: Orgs, _input: Input<'ListRoots'>): Output<'ListRoots'> {
  return { Roots: [rootView(await readable(orgs))] }
}
