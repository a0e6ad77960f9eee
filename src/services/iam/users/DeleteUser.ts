import { entity } from '../entities.ts'
import { setBoundary } from '../managed.ts'
import { DeleteConflict, type Iam, type Input, type Output } from '../state.ts'

/** Deletes a user who has no keys, policies or groups any more. */
export async function DeleteUser(iam: Iam, input: Input<'DeleteUser'>): Output<'DeleteUser'> {
  const row = await entity(iam, 'user', input.UserName)
  if ((await iam.tables.userKeys.list({ prefix: [row.name.toLowerCase()], limit: 1 })).length > 0) {
    throw new DeleteConflict('Cannot delete entity, must delete access keys first.')
  }
  if (row.attached.length > 0) throw new DeleteConflict('Cannot delete entity, must detach all policies first.')
  if (Object.keys(row.inline).length > 0) throw new DeleteConflict('Cannot delete entity, must delete policies first.')
  if (row.groups.length > 0) throw new DeleteConflict('Cannot delete entity, must remove user from group first.')
  const [sshKeys, certificates] = await Promise.all(
    [iam.tables.sshKeys, iam.tables.signingCertificates].map(table => table.list({ prefix: [row.name.toLowerCase()], limit: 1 }))
  )
  if (sshKeys!.length > 0) throw new DeleteConflict('Cannot delete entity, must delete SSH public keys first.')
  if (certificates!.length > 0) throw new DeleteConflict('Cannot delete entity, must delete signing certificates first.')
  if (await iam.tables.logins.get(row.name.toLowerCase())) throw new DeleteConflict('Cannot delete entity, must delete login profile first.')
  if ((await iam.tables.mfaDevices.list()).some(device => device.user === row.name)) {
    throw new DeleteConflict('Cannot delete entity, must deactivate MFA device first.')
  }
  await setBoundary(iam, 'user', row, undefined)
  await iam.tables.users.delete(row.name.toLowerCase())
  return {}
}
