import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** Says whether the function may be part of a loop: Allow, or Terminate, the default, where it is stopped. */
export async function PutFunctionRecursionConfig(lambda: Lambda, input: Input<'PutFunctionRecursionConfig'>): Promise<Output<'PutFunctionRecursionConfig'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return changing(lambda, name, async scope => {
    const { recursiveLoop: _, ...row } = await functionRow(scope, name)
    await scope.tables.functions.put({ ...row, ...input.RecursiveLoop === 'Allow' && { recursiveLoop: 'Allow' } })
    return { RecursiveLoop: input.RecursiveLoop }
  })
}
