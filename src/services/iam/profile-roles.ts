import type { Iam, ProfileRow } from './state.ts'
import { profileView } from './views.ts'

/** An instance profile with its role. */
export async function viewProfile(iam: Iam, row: ProfileRow) {
  return profileView(row, row.role === undefined ? undefined : await iam.tables.roles.get(row.role.toLowerCase()))
}
