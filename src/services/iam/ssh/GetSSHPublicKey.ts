import { UnrecognizedPublicKeyEncoding, type Iam, type Input, type Output } from '../state.ts'
import { keyView, sshKey } from './key.ts'

/** Answers a key of a user, as OpenSSH (`SSH`) or `PEM` writes it. */
export async function GetSSHPublicKey(iam: Iam, input: Input<'GetSSHPublicKey'>): Output<'GetSSHPublicKey'> {
  if (input.Encoding !== 'SSH' && input.Encoding !== 'PEM') throw new UnrecognizedPublicKeyEncoding(`The encoding ${input.Encoding} is not supported.`)
  return { SSHPublicKey: keyView(await sshKey(iam, input.UserName, input.SSHPublicKeyId), input.Encoding) }
}
