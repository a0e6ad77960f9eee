import type { Input, Lambda, Output } from '../state.ts'
import { beat } from './callbacks.ts'

/** Says that whoever shall complete a callback is still at it. */
export async function SendDurableExecutionCallbackHeartbeat(
  lambda: Lambda, { CallbackId }: Input<'SendDurableExecutionCallbackHeartbeat'>
): Promise<Output<'SendDurableExecutionCallbackHeartbeat'>> {
  await beat(lambda, CallbackId)
  return {}
}
