import { newIamSuffix } from '../../../platform/ids.ts'
import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { DuplicateSSHPublicKey, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'
import { keyView, readKey, sshKeysPerUserMax } from './key.ts'

/** Keeps an RSA key of a user, of which there are five at most. Errors: DuplicateSSHPublicKey, InvalidPublicKey, LimitExceeded. */
export async function UploadSSHPublicKey(iam: Iam, input: Input<'UploadSSHPublicKey'>): Output<'UploadSSHPublicKey'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const { fingerprint } = readKey(input.SSHPublicKeyBody!)
  const keys = await iam.tables.sshKeys.list({ prefix: [user.name.toLowerCase()] })
  if (keys.some(key => readKey(key.body).fingerprint === fingerprint)) {
    throw new DuplicateSSHPublicKey('The SSH public key is already associated with the specified IAM user.')
  }
  if (keys.length >= sshKeysPerUserMax) throw new LimitExceeded(`Cannot exceed quota for SSHPublicKeysPerUser: ${sshKeysPerUserMax}`)
  const row = { user: user.name, id: `APKA${newIamSuffix()}`, body: input.SSHPublicKeyBody!.trim(), status: 'Active' as const, createdAt: iam.now() }
  await iam.tables.sshKeys.put(row)
  return { SSHPublicKey: keyView(row) }
}
