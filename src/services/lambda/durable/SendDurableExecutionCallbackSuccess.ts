import type { Input, Lambda, Output } from '../state.ts'
import { complete } from './callbacks.ts'

/** Completes a callback with a result; the execution goes on with it. */
export async function SendDurableExecutionCallbackSuccess(
  lambda: Lambda, { CallbackId, Result }: Input<'SendDurableExecutionCallbackSuccess'>
): Promise<Output<'SendDurableExecutionCallbackSuccess'>> {
  const result = Buffer.from(Result as Uint8Array ?? '').toString()
  await complete(lambda, CallbackId, 'SUCCEEDED', result === '' ? {} : { result })
  return {}
}
