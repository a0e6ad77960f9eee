import { changing } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output, UrlConfig } from '../state.ts'
import { corsOf, urlNamed, urlOutput } from './url.ts'

/** Changes what the request names; the address stays. Cross-origin settings are replaced as a whole. */
export async function UpdateFunctionUrlConfig(lambda: Lambda, input: Input<'UpdateFunctionUrlConfig'>): Promise<Output<'UpdateFunctionUrlConfig'>> {
  return changing(lambda, functionName(lambda, input.FunctionName).name, async scope => {
    const { name, qualifier, fn, url: { cors, ...url } } = await urlNamed(scope, input)
    const changed: UrlConfig = {
      ...url, ...input.AuthType && { authType: input.AuthType }, ...input.InvokeMode && { invokeMode: input.InvokeMode },
      ...input.Cors ? corsOf(input.Cors) : cors && { cors }, lastModifiedTime: new Date(scope.now()).toISOString(),
    }
    await scope.tables.functions.put({ ...fn, urls: { ...fn.urls, [qualifier]: changed } })
    return urlOutput(scope, name, qualifier, changed)
  })
}
