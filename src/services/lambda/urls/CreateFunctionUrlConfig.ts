import { changing, resolve } from '../functions/function.ts'
import { functionArn, functionName } from '../names.ts'
import { refuseTenancy } from '../tenancy/tenant.ts'
import type { Input, Lambda, Output, UrlConfig } from '../state.ts'
import { ResourceConflictException, ResourceNotFoundException } from '../state.ts'
import { corsOf, newUrlId, urlOutput } from './url.ts'

/** Gives a function, or one of its aliases, an address of its own. Who may call it is in the function's policy, also where anybody may. */
export async function CreateFunctionUrlConfig(lambda: Lambda, input: Input<'CreateFunctionUrlConfig'>): Promise<Output<'CreateFunctionUrlConfig'>> {
  const { name, qualifier = '$LATEST' } = functionName(lambda, input.FunctionName, input.Qualifier)
  return changing(lambda, name, async scope => {
    const fn = await scope.tables.functions.get(name)
    if (!fn || qualifier !== '$LATEST' && !await scope.tables.aliases.get(name, qualifier)) throw new ResourceNotFoundException('Function does not exist')
    refuseTenancy((await resolve(scope, name)).row, 'A function URL')
    if (fn.urls[qualifier]) {
      const arn = functionArn(scope, name, qualifier === '$LATEST' ? undefined : qualifier)
      throw new ResourceConflictException(
        `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`)
    }
    const time = new Date(scope.now()).toISOString()
    const url: UrlConfig = {
      id: newUrlId(), authType: input.AuthType!, invokeMode: input.InvokeMode ?? 'BUFFERED', creationTime: time, lastModifiedTime: time, ...corsOf(input.Cors),
    }
    await scope.tables.functions.put({ ...fn, urls: { ...fn.urls, [qualifier]: url } })
    await scope.tables.urlIds.put({ id: url.id, account: scope.account, region: scope.region, name, qualifier })
    const { LastModifiedTime: _, ...output } = urlOutput(scope, name, qualifier, url)
    return output
  })
}
