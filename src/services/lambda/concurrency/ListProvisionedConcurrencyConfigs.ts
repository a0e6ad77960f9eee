import { functionRow } from '../functions/function.ts'
import { limitOf, marker, page } from '../functions/page.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { provisionedItem, provisionedRows } from './configuration.ts'

/** The versions and aliases of a function that have provisioned concurrency; 50 a page. */
export async function ListProvisionedConcurrencyConfigs(
  lambda: Lambda, input: Input<'ListProvisionedConcurrencyConfigs'>
): Promise<Output<'ListProvisionedConcurrencyConfigs'>> {
  const { name } = functionName(lambda, input.FunctionName)
  await functionRow(lambda, name)
  const after = String(marker(input.Marker) ?? '')
  const found = (await provisionedRows(lambda, name)).filter(row => row.qualifier > after)
  const { rows, ...next } = page(found, limitOf(input.MaxItems), row => row.qualifier)
  return { ProvisionedConcurrencyConfigs: rows.map(row => provisionedItem(lambda, row)), ...next }
}
