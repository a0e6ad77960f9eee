import { functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** The code signing configuration of a function; no ARN where it has none. */
export async function GetFunctionCodeSigningConfig(
  lambda: Lambda, input: Input<'GetFunctionCodeSigningConfig'>
): Promise<Output<'GetFunctionCodeSigningConfig'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return { CodeSigningConfigArn: (await functionRow(lambda, name)).codeSigningConfigArn, FunctionName: name }
}
