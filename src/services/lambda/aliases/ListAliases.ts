import { functionRow } from '../functions/function.ts'
import { limitOf, marker, page } from '../functions/page.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { aliasOutput } from './alias.ts'

/** The aliases of a function, or those that name a version; 50 a page. */
export async function ListAliases(lambda: Lambda, input: Input<'ListAliases'>): Promise<Output<'ListAliases'>> {
  const { name } = functionName(lambda, input.FunctionName)
  await functionRow(lambda, name)
  const limit = limitOf(input.MaxItems)
  const after = marker(input.Marker)
  const all = await lambda.tables.aliases.list({ prefix: [name], ...after !== undefined && { after: [name, String(after)] } })
  const { rows, ...next } = page(all.filter(row => input.FunctionVersion === undefined || row.version === input.FunctionVersion), limit, row => row.alias)
  return { Aliases: rows.map(row => aliasOutput(lambda, row)), ...next }
}
