import type { Input, Lambda, Output } from '../state.ts'
import { configuration } from './function.ts'
import { limitOf, marker, page } from './page.ts'

/** Functions in the order of their names; with FunctionVersion ALL, each function's published versions as well. */
export async function ListFunctions(lambda: Lambda, input: Input<'ListFunctions'>): Promise<Output<'ListFunctions'>> {
  const limit = limitOf(input.MaxItems)
  const after = marker(input.Marker)
  const found = await lambda.tables.functions.list({ limit: limit + 1, ...after !== undefined && { after: [after] } })
  const { rows, ...next } = page(found, limit, row => row.name)
  const versions = await Promise.all(rows.map(row => lambda.tables.versions.list({ prefix: [row.name], ...input.FunctionVersion !== 'ALL' && { limit: 1 } })))
  return {
    Functions: await Promise.all(versions.flat().map(version =>
      configuration(lambda, version, input.FunctionVersion === 'ALL' && version.version === 0 ? '$LATEST' : undefined))),
    ...next,
  }
}
