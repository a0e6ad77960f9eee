import { EntityAlreadyExists, ValidationError, type Iam, type Input, type Output } from '../state.ts'

/** Gives the account a name, which stands in for the one it had. Names are unique in the whole cloud. Errors: EntityAlreadyExists, ValidationError. */
export async function CreateAccountAlias(iam: Iam, input: Input<'CreateAccountAlias'>): Output<'CreateAccountAlias'> {
  const alias = input.AccountAlias!
  if (!/^[a-z0-9](?!\d{11}$)[a-z0-9-]{1,61}[a-z0-9]$/.test(alias) || alias.includes('--')) {
    const pattern = '^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$'
    throw new ValidationError(
      `1 validation error detected: Value '${alias}' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`
    )
  }
  const taken = await iam.tables.aliases.get(alias)
  if (taken) throw new EntityAlreadyExists(`The account alias ${alias} already exists.`)
  for (const row of await iam.tables.aliases.list()) if (row.account === iam.account) await iam.tables.aliases.delete(row.alias)
  await iam.tables.aliases.put({ alias, account: iam.account })
  return {}
}
