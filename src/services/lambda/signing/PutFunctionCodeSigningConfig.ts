import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configForFunction } from './config.ts'

/** Gives a function a code signing configuration, which is asked at its next deployment: the code that it has stays. */
export async function PutFunctionCodeSigningConfig(
  lambda: Lambda, input: Input<'PutFunctionCodeSigningConfig'>
): Promise<Output<'PutFunctionCodeSigningConfig'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    await configForFunction(scope, input.CodeSigningConfigArn!)
    await scope.tables.functions.put({ ...row, codeSigningConfigArn: input.CodeSigningConfigArn! })
    return { CodeSigningConfigArn: input.CodeSigningConfigArn, FunctionName: name }
  })
}
