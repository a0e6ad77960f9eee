import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { aliasOutput, aliasRow } from './alias.ts'

/** An alias of a function. */
export async function GetAlias(lambda: Lambda, input: Input<'GetAlias'>): Promise<Output<'GetAlias'>> {
  const { name } = functionName(lambda, input.FunctionName)
  return aliasOutput(lambda, await aliasRow(lambda, name, input.Name!))
}
