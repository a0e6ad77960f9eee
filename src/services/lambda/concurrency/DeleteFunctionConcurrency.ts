import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** The function shares the account's unreserved concurrency again. */
export async function DeleteFunctionConcurrency(lambda: Lambda, input: Input<'DeleteFunctionConcurrency'>): Promise<Output<'DeleteFunctionConcurrency'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const output = await changing(lambda, name, async scope => {
    const { reservedConcurrency: _, ...row } = await functionRow(scope, name)
    await scope.tables.functions.put(row)
    return {}
  })
  lambda.state.limits.forget(lambda)
  return output
}
