import { aliasArn, type Input, type Kms, type Output } from '../state.ts'
import { keyById, pageAfter } from '../keys/key.ts'
import { managedAliases } from '../keys/managed.ts'
import { aliasView } from './alias.ts'

/** The aliases of the account, or of one key; those of AWS's own keys also where there is no key yet. Fifty a page where Limit is not given. */
export async function ListAliases(kms: Kms, input: Input<'ListAliases'>): Promise<Output<'ListAliases'>> {
  const keyId = input.KeyId === undefined ? undefined : (await keyById(kms, input.KeyId)).row.id
  const rows = (await kms.tables.aliases.list()).filter(row => keyId === undefined || row.keyId === keyId)
  const standing = new Set(rows.map(({ name }) => name))
  const views = rows.map(row => aliasView(kms, row))
  const absent = keyId === undefined ? managedAliases.filter(name => !standing.has(name)) : []
  const predefined = absent.map(AliasName => ({ AliasName, AliasArn: aliasArn(kms, AliasName) }))
  const all = [...views, ...predefined].sort((a, b) => a.AliasName < b.AliasName ? -1 : 1)
  const { page, more } = pageAfter('ListAliases', all, alias => alias.AliasName, input, 50)
  return { Aliases: page, ...more }
}
