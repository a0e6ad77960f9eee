import { setBoundary } from '../managed.ts'
import type { Iam, RoleRow } from '../state.ts'

/** Takes a role away, whose policies are gone, and tells others of it. */
export async function dropRole(iam: Iam, row: RoleRow): Promise<void> {
  for (const policyArn of row.attached) await iam.tables.attachments.delete(policyArn, 'attached', 'role', row.name.toLowerCase())
  await setBoundary(iam, 'role', row, undefined)
  await iam.tables.roles.delete(row.name.toLowerCase())
  iam.publish('iam.role.changed', { roleArn: row.arn })
}
