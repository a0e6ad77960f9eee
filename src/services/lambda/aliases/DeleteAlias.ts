import { provisionedChanged } from '../concurrency/configuration.ts'
import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Takes an alias away; one that is not there is no error. */
export async function DeleteAlias(lambda: Lambda, input: Input<'DeleteAlias'>): Promise<Output<'DeleteAlias'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const output = await changing(lambda, name, async scope => {
    await functionRow(scope, name)
    await scope.tables.aliases.delete(name, input.Name!)
    await scope.tables.provisioned.delete(scope.account, scope.region, name, input.Name!)
    return {}
  })
  await provisionedChanged(lambda, name)
  return output
}
