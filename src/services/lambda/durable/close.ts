import type { Lambda } from '../state.ts'
import { changedOutside, keyOf, record, timerId } from './execution.ts'
import { payloadBytesMax } from './limits.ts'
import { ended, hasTimers } from './machine/apply.ts'
import type { ErrorObject, ExecutionRow, ExecutionStatus } from './rows.ts'
import { sealedOutcome } from './sealing.ts'
import { told } from './status.ts'

type End = Exclude<ExecutionStatus, 'RUNNING'>
const nouns: Record<End, string> = { SUCCEEDED: 'ExecutionSucceeded', FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', STOPPED: 'ExecutionStopped' }
const dayMs = 86_400_000

/**
 * Ends an execution in the running transaction: its timers are taken back, whoever waits for it hears of it, and after its retention it is forgotten.
 * What an asynchronous execution that did not succeed was given goes to the function's dead-letter queue.
 */
export async function close(scope: Lambda, execution: ExecutionRow, status: End, outcome: { result?: string | undefined, error?: ErrorObject }): Promise<void> {
  const now = scope.now()
  const { result, error } = outcome
  Object.assign(execution, { status, endedAt: now, token: '', due: false, woken: false, updated: [] })
  execution.storedBytes += (result === undefined ? 0 : Buffer.byteLength(result)) + (error ? Buffer.byteLength(JSON.stringify(error)) : 0)
  await record(scope, execution, [{
    type: nouns[status], operation: { id: execution.id, name: execution.name }, ...result !== undefined && { result }, ...error && { error },
  }], status !== 'SUCCEEDED')
  const data = await scope.tables.executionData.get(execution.id)
  // A failure, a time-out or a stop counts also where the key cannot be used.
  await scope.tables.executionData.put({
    ...data!, ...await sealedOutcome(scope, execution, { ...result !== undefined && { result }, ...error && { error } }, status !== 'SUCCEEDED')
  })
  await takeBackTasks(scope, execution)
  await scope.tables.checkpointAnswers.delete(execution.id)
  scope.enqueue('durableTimer', { ...keyOf(execution), kind: 'retention' }, { at: now + execution.retentionDays * dayMs })
  if (execution.parent) await tellParent(scope, execution, status, outcome)
  else if (status !== 'SUCCEEDED' && !execution.isSync) scope.enqueue('durableDeadLetter', keyOf(execution))
  await scope.tables.executions.put(execution)
  told(scope, execution)
}

async function takeBackTasks(scope: Lambda, execution: ExecutionRow): Promise<void> {
  scope.cancel('durableInvoke', execution.id)
  scope.cancel('durableTimer', `${execution.id}:timeout`)
  for await (const operation of scope.tables.operations.each({ prefix: [execution.id] })) {
    if (!hasTimers(operation)) continue
    for (const kind of ['due', 'heartbeat'] as const) scope.cancel('durableTimer', timerId(execution.id, operation.id, kind))
  }
}

/** The chained invoke that started this execution ends as it does. */
async function tellParent(scope: Lambda, child: ExecutionRow, status: End, { result, error }: { result?: string | undefined, error?: ErrorObject }) {
  const { account, region, function: fn, name, operation: id } = child.parent!
  const home = scope.in({ account, region }) as Lambda
  const execution = await home.tables.executions.get(fn, name)
  const operation = execution && await home.tables.operations.get(execution.id, id)
  if (execution?.status !== 'RUNNING' || operation?.status !== 'STARTED' || operation.chained?.child?.id !== child.id) return
  if (status === 'SUCCEEDED') return endChained(home, { function: fn, name, id: execution.id }, id, { result: result ?? '' })
  const timedOut = { ErrorType: 'ChainedInvoke.Timeout', ErrorMessage: `CHAINED_INVOKE timed out after ${child.timeoutSeconds} seconds.` }
  const { operation: closed, event } = ended(operation, status, { error: status === 'TIMED_OUT' ? timedOut : error ?? {} }, scope.now())
  await changedOutside(home, execution, closed, event)
}

/** Ends a chained invoke with what the function answered. */
export async function endChained(
  scope: Lambda, key: { function: string, name: string, id: string }, id: string, outcome: { result: string } | { error: ErrorObject }
): Promise<void> {
  const execution = await scope.tables.executions.get(key.function, key.name)
  const operation = await scope.tables.operations.get(key.id, id)
  if (execution?.id !== key.id || execution.status !== 'RUNNING' || operation?.status !== 'STARTED') return
  const tooLarge = 'result' in outcome && Buffer.byteLength(outcome.result) > payloadBytesMax
  const end = tooLarge ? { error: { ErrorMessage: `CHAINED_INVOKE output payload size must be less than or equal to ${payloadBytesMax} bytes.` } } : outcome
  const { operation: closed, event } = ended(operation, 'error' in end ? 'FAILED' : 'SUCCEEDED', end, scope.now())
  if ('result' in end) execution.storedBytes += Buffer.byteLength(end.result)
  await changedOutside(scope, execution, closed, event)
}
