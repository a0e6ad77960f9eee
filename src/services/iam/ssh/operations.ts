import { DeleteSSHPublicKey } from './DeleteSSHPublicKey.ts'
import { GetSSHPublicKey } from './GetSSHPublicKey.ts'
import { ListSSHPublicKeys } from './ListSSHPublicKeys.ts'
import { UpdateSSHPublicKey } from './UpdateSSHPublicKey.ts'
import { UploadSSHPublicKey } from './UploadSSHPublicKey.ts'

/** Operations on SSH keys of users. */
export const sshKeys = { DeleteSSHPublicKey, GetSSHPublicKey, ListSSHPublicKeys, UpdateSSHPublicKey, UploadSSHPublicKey }
