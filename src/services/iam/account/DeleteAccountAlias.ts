import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** Takes the account's name away. */
export async function DeleteAccountAlias(iam: Iam, input: Input<'DeleteAccountAlias'>): Output<'DeleteAccountAlias'> {
  const row = await iam.tables.aliases.get(input.AccountAlias!)
  if (row?.account !== iam.account) throw new NoSuchEntity(`The account alias with name ${input.AccountAlias} cannot be found.`)
  await iam.tables.aliases.delete(row.alias)
  return {}
}
