import type { Input, Lambda, Output } from '../state.ts'
import { complete } from './callbacks.ts'
import type { ErrorObject } from './rows.ts'

/** Completes a callback with an error, which the execution sees. */
export async function SendDurableExecutionCallbackFailure(
  lambda: Lambda, { CallbackId, Error }: Input<'SendDurableExecutionCallbackFailure'>
): Promise<Output<'SendDurableExecutionCallbackFailure'>> {
  await complete(lambda, CallbackId, 'FAILED', { error: (Error ?? {}) as ErrorObject })
  return {}
}
