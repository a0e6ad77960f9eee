import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { accountConcurrencyMax, InvalidParameterValueException, unreservedConcurrencyMin } from '../state.ts'

/** Reserves concurrency for a function, which is also its bound; 100 of the account's 1,000 stay unreserved. */
export async function PutFunctionConcurrency(lambda: Lambda, input: Input<'PutFunctionConcurrency'>): Promise<Output<'PutFunctionConcurrency'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const reserved = input.ReservedConcurrentExecutions!
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const others = (await scope.tables.functions.list()).reduce((sum, each) => sum + (each.name === name ? 0 : each.reservedConcurrency ?? 0), 0)
    if (accountConcurrencyMax - others - reserved < unreservedConcurrencyMin) {
      throw new InvalidParameterValueException("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
        + `below its minimum value of [${unreservedConcurrencyMin}].`)
    }
    await scope.tables.functions.put({ ...row, reservedConcurrency: reserved })
    return { ReservedConcurrentExecutions: reserved }
  })
}
