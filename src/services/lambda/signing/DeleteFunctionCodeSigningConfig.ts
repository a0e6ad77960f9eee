import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Takes the code signing configuration from a function. */
export async function DeleteFunctionCodeSigningConfig(
  lambda: Lambda, input: Input<'DeleteFunctionCodeSigningConfig'>
): Promise<Output<'DeleteFunctionCodeSigningConfig'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return changing(lambda, name, async scope => {
    const { codeSigningConfigArn: _, ...row } = await functionRow(scope, name)
    await scope.tables.functions.put(row)
    return {}
  })
}
