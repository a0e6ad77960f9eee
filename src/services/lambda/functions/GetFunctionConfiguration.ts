import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { resolve } from './function.ts'
import { fullConfiguration } from './shown.ts'

/** The configuration of a version, an alias's version, or $LATEST. */
export async function GetFunctionConfiguration(lambda: Lambda, input: Input<'GetFunctionConfiguration'>): Promise<Output<'GetFunctionConfiguration'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  return fullConfiguration(lambda, (await resolve(lambda, name, qualifier)).row, qualifier)
}
