import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { keySummary } from './key.ts'

/** Lists the SSH keys of a user. */
export async function ListSSHPublicKeys(iam: Iam, input: Input<'ListSSHPublicKeys'>): Output<'ListSSHPublicKeys'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const { page, next } = pageBy(`ssh ${user.id}`, await iam.tables.sshKeys.list({ prefix: [user.name.toLowerCase()] }), input, row => row.id)
  return { SSHPublicKeys: page.map(keySummary), ...next }
}
