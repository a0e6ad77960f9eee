import type { Iam, Input, Output } from '../state.ts'
import { sshKey } from './key.ts'

/** Switches a key off (`Inactive`) or on. */
export async function UpdateSSHPublicKey(iam: Iam, input: Input<'UpdateSSHPublicKey'>): Output<'UpdateSSHPublicKey'> {
  const row = await sshKey(iam, input.UserName, input.SSHPublicKeyId)
  await iam.tables.sshKeys.put({ ...row, status: input.Status === 'Inactive' ? 'Inactive' : 'Active' })
  return {}
}
