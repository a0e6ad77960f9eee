import { changing, functionRow } from '../functions/function.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { configNamed } from './config.ts'

/** Goes back to the defaults: two retries, six hours, no destination. */
export async function DeleteFunctionEventInvokeConfig(
  lambda: Lambda, input: Input<'DeleteFunctionEventInvokeConfig'>
): Promise<Output<'DeleteFunctionEventInvokeConfig'>> {
  const { name, qualifier } = await configNamed(lambda, input)
  return changing(lambda, name, async scope => {
    const row = await functionRow(scope, name)
    const { [qualifier]: _, ...eventInvoke } = row.eventInvoke
    await scope.tables.functions.put({ ...row, eventInvoke })
    return {}
  })
}
