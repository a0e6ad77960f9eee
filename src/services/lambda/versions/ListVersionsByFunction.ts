import { configuration, functionRow } from '../functions/function.ts'
import { limitOf, marker, page } from '../functions/page.ts'
import { functionName, versionLabel } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** $LATEST and the published versions, in their order. */
export async function ListVersionsByFunction(lambda: Lambda, input: Input<'ListVersionsByFunction'>): Promise<Output<'ListVersionsByFunction'>> {
  const { name } = functionName(lambda, input.FunctionName)
  await functionRow(lambda, name)
  const limit = limitOf(input.MaxItems)
  const after = marker(input.Marker)
  const found = await lambda.tables.versions.list({ prefix: [name], limit: limit + 1, ...after !== undefined && { after: [name, Number(after)] } })
  const { rows, ...next } = page(found, limit, row => row.version)
  return { Versions: await Promise.all(rows.map(row => configuration(lambda, row, versionLabel(row.version)))), ...next }
}
