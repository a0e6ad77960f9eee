import type { Input, Lambda, Output } from '../state.ts'
import { configNamed, writeConfig } from './config.ts'

/** Changes what the request names, and keeps the rest. */
export async function UpdateFunctionEventInvokeConfig(
  lambda: Lambda, input: Input<'UpdateFunctionEventInvokeConfig'>
): Promise<Output<'UpdateFunctionEventInvokeConfig'>> {
  await configNamed(lambda, input)
  return writeConfig(lambda, input, true)
}
