import { functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'

/** The concurrency reserved for a function; nothing where there is none. */
export async function GetFunctionConcurrency(lambda: Lambda, input: Input<'GetFunctionConcurrency'>): Promise<Output<'GetFunctionConcurrency'>> {
  const { reservedConcurrency } = await functionRow(lambda, functionName(lambda, input.FunctionName).name)
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }
}
