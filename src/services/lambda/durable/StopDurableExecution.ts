import type { Input, Lambda, Output } from '../state.ts'
import { close } from './close.ts'
import { executionAt } from './execution.ts'
import type { ErrorObject } from './rows.ts'

/** Stops an execution: nothing of it runs again, and what runs now can report no more. Of one that has ended, the answer is when. */
export async function StopDurableExecution(lambda: Lambda, input: Input<'StopDurableExecution'>): Promise<Output<'StopDurableExecution'>> {
  const execution = await executionAt(lambda, input.DurableExecutionArn)
  if (execution.status === 'RUNNING') await close(lambda, execution, 'STOPPED', { error: (input.Error ?? {}) as ErrorObject })
  return { StopTimestamp: new Date(execution.endedAt!) }
}
