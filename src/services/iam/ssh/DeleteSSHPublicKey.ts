import type { Iam, Input, Output } from '../state.ts'
import { sshKey } from './key.ts'

/** Forgets a key of a user. */
export async function DeleteSSHPublicKey(iam: Iam, input: Input<'DeleteSSHPublicKey'>): Output<'DeleteSSHPublicKey'> {
  const row = await sshKey(iam, input.UserName, input.SSHPublicKeyId)
  await iam.tables.sshKeys.delete(row.user.toLowerCase(), row.id)
  return {}
}
