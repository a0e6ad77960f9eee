import { changing, functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { claimedByOthers } from './PutProvisionedConcurrencyConfig.ts'
import { provisionedRows } from './configuration.ts'
import { accountConcurrencyMax, InvalidParameterValueException, unreservedConcurrencyMin } from '../state.ts'

/** Reserves concurrency for a function, which is also its bound; 100 of the account's 1,000 stay unreserved. */
export async function PutFunctionConcurrency(lambda: Lambda, input: Input<'PutFunctionConcurrency'>): Promise<Output<'PutFunctionConcurrency'>> {
  const { name } = functionName(lambda, input.FunctionName)
  const reserved = input.ReservedConcurrentExecutions!
  const output = await changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const provisioned = (await provisionedRows(scope, name)).reduce((sum, each) => sum + each.requested, 0)
    if (reserved < provisioned) {
      throw new InvalidParameterValueException(
        ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`
      )
    }
    if (accountConcurrencyMax - await claimedByOthers(scope, name) - reserved < unreservedConcurrencyMin) {
      throw new InvalidParameterValueException("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
        + `below its minimum value of [${unreservedConcurrencyMin}].`)
    }
    await scope.tables.functions.put({ ...row, reservedConcurrency: reserved })
    return { ReservedConcurrentExecutions: reserved }
  })
  lambda.state.limits.forget(lambda)
  return output
}
