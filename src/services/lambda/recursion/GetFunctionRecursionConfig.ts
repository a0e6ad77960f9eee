import { functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Whether the function may be part of a loop. */
export async function GetFunctionRecursionConfig(lambda: Lambda, input: Input<'GetFunctionRecursionConfig'>): Promise<Output<'GetFunctionRecursionConfig'>> {
  return { RecursiveLoop: (await functionRow(lambda, functionName(lambda, input.FunctionName).name)).recursiveLoop ?? 'Terminate' }
}
