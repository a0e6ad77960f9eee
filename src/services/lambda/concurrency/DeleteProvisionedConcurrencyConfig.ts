import { changing } from '../functions/function.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { provisionable, provisionedChanged } from './configuration.ts'

/** Keeps no environments initialised any more; one that runs ends when it is done. No configuration is no error. */
export async function DeleteProvisionedConcurrencyConfig(
  lambda: Lambda, input: Input<'DeleteProvisionedConcurrencyConfig'>
): Promise<Output<'DeleteProvisionedConcurrencyConfig'>> {
  const { name, qualifier } = await provisionable(lambda, input)
  await changing(lambda, name, scope => scope.tables.provisioned.delete(scope.account, scope.region, name, qualifier))
  await provisionedChanged(lambda, name)
  return {}
}
