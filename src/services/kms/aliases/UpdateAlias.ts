import { aliasArn, NotFoundException, ValidationException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyAt, keyById } from '../keys/key.ts'
import { checkAliasName, mayPoint } from './alias.ts'

/** Points an alias to another key of the same kind and usage. */
export async function UpdateAlias(kms: Kms, input: Input<'UpdateAlias'>): Promise<Output<'UpdateAlias'>> {
  const name = input.AliasName!
  checkAliasName(name)
  const alias = await kms.tables.aliases.get(name)
  if (!alias) throw new NotFoundException(`Alias ${aliasArn(kms, name)} is not found.`)
  const [before, key] = [await keyAt(kms, alias.keyId), await keyById(kms, input.TargetKeyId!)]
  await mayPoint(kms, before)
  await mayPoint(kms, key)
  checkLiving(key.row)
  if (before.row.usage !== key.row.usage || Boolean(before.row.publicKey) !== Boolean(key.row.publicKey)) {
    throw new ValidationException(`Alias ${aliasArn(kms, name)} cannot be changed from a key of usage ${before.row.usage} to one of usage ${key.row.usage}.`)
  }
  await kms.tables.aliases.put({ ...alias, keyId: key.row.id, updatedMs: kms.now() })
  return {}
}
