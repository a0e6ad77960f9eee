import type { Input, Lambda, Output } from '../state.ts'
import { provisionable, provisionedRow, provisionedView } from './configuration.ts'

/** How many environments of a version or an alias are kept initialised, and how many are so far. */
export async function GetProvisionedConcurrencyConfig(
  lambda: Lambda, input: Input<'GetProvisionedConcurrencyConfig'>
): Promise<Output<'GetProvisionedConcurrencyConfig'>> {
  const { name, qualifier } = await provisionable(lambda, input)
  return provisionedView(lambda, await provisionedRow(lambda, name, qualifier))
}
