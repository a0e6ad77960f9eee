import type { Lambda } from '../state.ts'
import { close } from './close.ts'
import { changedOutside, executionOf, type ExecutionKey } from './execution.ts'
import { fired } from './machine/apply.ts'
import type { ExecutionRow } from './rows.ts'
import { meter } from './status.ts'

/** `due` and `heartbeat` are an operation's. */
type OperationTimer = ExecutionKey & { kind: 'due' | 'heartbeat', operation: string }
/** An operation's, the execution's time-out, or the end of its retention. */
export type Timer = OperationTimer | ExecutionKey & { kind: 'timeout' | 'retention' }

/** A task: what is due of an execution at a time. One that comes too late finds nothing to do. */
export async function durableTimer(lambda: Lambda, timer: Timer): Promise<void> {
  if (timer.kind === 'retention') return endRetention(lambda, timer)
  await lambda.transact(async (scope: Lambda) => {
    const execution = await executionOf(scope, timer)
    if (execution?.status !== 'RUNNING') return
    if (timer.kind === 'timeout') {
      const ErrorMessage = `Execution timed out after ${execution.timeoutSeconds} seconds.`
      return close(scope, execution, 'TIMED_OUT', { error: { ErrorType: 'Execution.Timeout', ErrorMessage } })
    }
    const { operation: id, kind } = timer as OperationTimer
    const operation = await scope.tables.operations.get(execution.id, id)
    const change = operation && fired(operation, kind, scope.now())
    if (change) await changedOutside(scope, execution, change.operation, change.event)
  })
}

const hourMs = 3_600_000

async function endRetention(lambda: Lambda, timer: ExecutionKey): Promise<void> {
  const forgotten = await lambda.transact(async (scope: Lambda) => {
    const execution = await executionOf(scope, timer)
    if (execution) await forget(scope, execution)
    return execution
  })
  if (!forgotten) return
  const hours = (lambda.now() - forgotten.startedAt) / hourMs
  meter(lambda, forgotten.function, 'Durable-ByteHrs', forgotten.storedBytes * hours, 'Byte-Hrs')
}

/** Nothing is left of an execution whose retention has ended, and its name is free. */
async function forget(scope: Lambda, { function: fn, name, id, startedAt }: ExecutionRow): Promise<void> {
  for (const operation of await scope.tables.operations.list({ prefix: [id] })) await scope.tables.operations.delete(id, operation.id)
  for (const event of await scope.tables.executionHistory.list({ prefix: [id] })) await scope.tables.executionHistory.delete(id, event.eventId)
  await scope.tables.executionData.delete(id)
  await scope.tables.checkpointAnswers.delete(id)
  await scope.tables.executionStarts.delete(fn, startedAt, id)
  await scope.tables.executions.delete(fn, name)
}
