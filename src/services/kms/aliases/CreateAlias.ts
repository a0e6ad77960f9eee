import { aliasArn, AlreadyExistsException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { checkAliasName, mayPoint } from './alias.ts'

/** Names a key of the account. */
export async function CreateAlias(kms: Kms, input: Input<'CreateAlias'>): Promise<Output<'CreateAlias'>> {
  const name = input.AliasName!
  checkAliasName(name)
  const key = await keyById(kms, input.TargetKeyId!)
  await mayPoint(kms, key)
  checkLiving(key.row)
  if (await kms.tables.aliases.get(name)) throw new AlreadyExistsException(`An alias with the name ${aliasArn(kms, name)} already exists`)
  const now = kms.now()
  await kms.tables.aliases.put({ name, keyId: key.row.id, createdMs: now, updatedMs: now })
  return {}
}
