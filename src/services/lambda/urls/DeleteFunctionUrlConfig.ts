import { changing } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { urlNamed } from './url.ts'

/** Takes a URL away for good: another one gets another address. The permissions for it stay in the function's policy, as on AWS. */
export async function DeleteFunctionUrlConfig(lambda: Lambda, input: Input<'DeleteFunctionUrlConfig'>): Promise<Output<'DeleteFunctionUrlConfig'>> {
  return changing(lambda, functionName(lambda, input.FunctionName).name, async scope => {
    const { qualifier, fn, url } = await urlNamed(scope, input)
    const { [qualifier]: _, ...urls } = fn.urls
    await scope.tables.functions.put({ ...fn, urls })
    await scope.tables.urlIds.delete(url.id)
    return {}
  })
}
