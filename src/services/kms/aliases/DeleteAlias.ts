import { aliasArn, NotFoundException, type Input, type Kms, type Output } from '../state.ts'
import { keyAt } from '../keys/key.ts'
import { checkAliasName, mayPoint } from './alias.ts'

/** Takes an alias away; its key stays. */
export async function DeleteAlias(kms: Kms, input: Input<'DeleteAlias'>): Promise<Output<'DeleteAlias'>> {
  const name = input.AliasName!
  checkAliasName(name)
  const alias = await kms.tables.aliases.get(name)
  if (!alias) throw new NotFoundException(`Alias ${aliasArn(kms, name)} is not found.`)
  await mayPoint(kms, await keyAt(kms, alias.keyId))
  await kms.tables.aliases.delete(name)
  return {}
}
