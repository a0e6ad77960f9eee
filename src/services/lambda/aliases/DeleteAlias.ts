import { provisionedChanged } from '../concurrency/configuration.ts'
import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Takes an alias away, and the URL that it has; one that is not there is no error. */
export async function DeleteAlias(lambda: Lambda, input: Input<'DeleteAlias'>): Promise<Output<'DeleteAlias'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const output = await changing(lambda, name, async scope => {
    const fn = await functionRow(scope, name)
    const { [input.Name!]: url, ...urls } = fn.urls
    if (url) {
      await scope.tables.urlIds.delete(url.id)
      await scope.tables.functions.put({ ...fn, urls })
    }
    await scope.tables.aliases.delete(name, input.Name!)
    await scope.tables.provisioned.delete(scope.account, scope.region, name, input.Name!)
    return {}
  })
  await provisionedChanged(lambda, name)
  return output
}
