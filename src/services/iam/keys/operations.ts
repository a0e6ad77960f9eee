import { changing } from '../state.ts'
import { CreateAccessKey } from './CreateAccessKey.ts'
import { DeleteAccessKey } from './DeleteAccessKey.ts'
import { GetAccessKeyLastUsed } from './GetAccessKeyLastUsed.ts'
import { ListAccessKeys } from './ListAccessKeys.ts'
import { UpdateAccessKey } from './UpdateAccessKey.ts'

/** Operations on access keys. */
export const keys = {
  CreateAccessKey: changing(CreateAccessKey), DeleteAccessKey: changing(DeleteAccessKey), UpdateAccessKey: changing(UpdateAccessKey),
  GetAccessKeyLastUsed, ListAccessKeys,
}
