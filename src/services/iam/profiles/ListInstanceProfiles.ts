import { pageBy } from '../pages.ts'
import { viewProfile } from '../profile-roles.ts'
import type { Iam, Input, Output } from '../state.ts'

/** Lists the instance profiles under a path. */
export async function ListInstanceProfiles(iam: Iam, input: Input<'ListInstanceProfiles'>): Output<'ListInstanceProfiles'> {
  const rows = (await iam.tables.profiles.list()).filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy('ListInstanceProfiles ' + (input.PathPrefix ?? '/'), rows, input, row => row.name.toLowerCase())
  return { InstanceProfiles: await Promise.all(page.map(row => viewProfile(iam, row))), ...next }
}
