import type { Iam, Input, Output } from '../state.ts'

/** Answers the account's name: one, or none. */
export async function ListAccountAliases(iam: Iam, _input: Input<'ListAccountAliases'>): Output<'ListAccountAliases'> {
  const rows = await iam.tables.aliases.list()
  return { AccountAliases: rows.filter(row => row.account === iam.account).map(row => row.alias), IsTruncated: false }
}
