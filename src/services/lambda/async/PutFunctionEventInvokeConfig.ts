import type { Input, Lambda, Output } from '../state.ts'
import { writeConfig } from './config.ts'

/** Sets how asynchronous invocations of a function, version or alias are tried again, and where their records go; what is not named has its default. */
export const PutFunctionEventInvokeConfig = (lambda: Lambda, input: Input<'PutFunctionEventInvokeConfig'>): Promise<Output<'PutFunctionEventInvokeConfig'>> =>
  writeConfig(lambda, input, false)
