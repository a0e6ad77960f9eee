import type { Input, Lambda, Output } from '../state.ts'
import { configNamed, configOutput } from './config.ts'

/** How asynchronous invocations of a function, version or alias are handled. */
export async function GetFunctionEventInvokeConfig(
  lambda: Lambda, input: Input<'GetFunctionEventInvokeConfig'>
): Promise<Output<'GetFunctionEventInvokeConfig'>> {
  const { name, qualifier, config } = await configNamed(lambda, input)
  return configOutput(lambda, name, qualifier, config)
}
