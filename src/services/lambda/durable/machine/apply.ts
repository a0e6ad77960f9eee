import type { Chained, ErrorObject, OperationRow, OperationStatus } from '../rows.ts'
import { endedEvent, startedEvent, type NewEvent } from './history.ts'
import type { Update } from './validate.ts'

/** What an update does: the operation as it is afterwards, what the history tells, what the clock owes, what it costs. */
export interface Applied {
  operation: OperationRow
  events: NewEvent[]
  /** `due`: the end of a wait, the next attempt of a step, the time-out of a callback. */
  timers: { kind: 'due' | 'heartbeat', at: number }[]
  /** Timers of the operation are taken back. */
  endsTimers: boolean
  /** Durable operations as AWS counts them. */
  operationsUsed: number
}

export interface Given { now: number, execution: string, sequence: number, callbackId: () => string, chained: () => Chained }

/** Applies an update that `problemOf` found nothing wrong with; the execution's own end is not among them. */
export function apply(update: Update, current: OperationRow | undefined, given: Given): Applied {
  if (update.Action === 'START') return current ? startedAgain(current) : started(update, given)
  const operation = current ?? { ...fresh(update, given), ...update.Type === 'STEP' && { attempt: 0 } }
  const operationsUsed = current ? 0 : 1
  if (update.Action === 'RETRY') return retried(update, operation, given.now, operationsUsed)
  const status = update.Action === 'SUCCEED' ? 'SUCCEEDED' : update.Action === 'FAIL' ? 'FAILED' : 'CANCELLED'
  const replayChildren = update.ContextOptions?.ReplayChildren ?? operation.replayChildren
  const outcome = { result: update.Payload, error: update.Error as ErrorObject | undefined }
  const { operation: closed, event } = ended({ ...operation, ...replayChildren !== undefined && { replayChildren } }, status, outcome, given.now)
  return { operation: closed, events: event ? [event] : [], timers: [], endsTimers: true, operationsUsed }
}

const fresh = (update: Update, { execution, sequence, now }: Given): OperationRow => ({
  execution, id: update.Id, sequence, type: update.Type, status: 'STARTED', startedAt: now,
  ...update.ParentId !== undefined && { parentId: update.ParentId }, ...update.Name !== undefined && { name: update.Name },
  ...update.SubType !== undefined && { subType: update.SubType },
})

function started(update: Update, given: Given): Applied {
  const operation: OperationRow = { ...fresh(update, given), ...startOf(update, given) }
  const { dueAt, heartbeatSeconds } = operation
  return {
    operation, events: [startedEvent(operation)], endsTimers: false, operationsUsed: 1,
    timers: [
      ...dueAt === undefined ? [] : [{ kind: 'due' as const, at: dueAt }],
      ...heartbeatSeconds ? [{ kind: 'heartbeat' as const, at: given.now + heartbeatSeconds * 1000 }] : [],
    ],
  }
}

function startOf(update: Update, { now, callbackId, chained }: Given): Partial<OperationRow> {
  switch (update.Type) {
    case 'STEP': return { attempt: 0 }
    case 'WAIT': return { waitSeconds: update.WaitOptions!.WaitSeconds!, dueAt: now + update.WaitOptions!.WaitSeconds! * 1000 }
    case 'CALLBACK': {
      // Zero is AWS's word for none.
      const timeoutSeconds = update.CallbackOptions?.TimeoutSeconds || undefined
      const heartbeatSeconds = update.CallbackOptions?.HeartbeatTimeoutSeconds || undefined
      return {
        callbackId: callbackId(), ...timeoutSeconds && { timeoutSeconds, dueAt: now + timeoutSeconds * 1000 }, ...heartbeatSeconds && { heartbeatSeconds },
      }
    }
    case 'CHAINED_INVOKE': return { chained: chained() }
    case 'CONTEXT': return update.ContextOptions?.ReplayChildren === undefined ? {} : { replayChildren: update.ContextOptions.ReplayChildren }
    default: return {}
  }
}

/** The next attempt of a step that was ready for it. */
function startedAgain(current: OperationRow): Applied {
  const operation: OperationRow = { ...current, status: 'STARTED' }
  return { operation, events: [startedEvent(operation)], timers: [], endsTimers: false, operationsUsed: 0 }
}

/** An attempt of a step has ended, and another follows: with an error after a failure, with a payload where a condition does not hold yet. */
function retried(update: Update, current: OperationRow, now: number, operationsUsed: number): Applied {
  const delaySeconds = update.StepOptions!.NextAttemptDelaySeconds!
  const { result: _, error: _e, ...rest } = current
  const outcome = { result: update.Payload, error: update.Error as ErrorObject | undefined }
  const operation: OperationRow = {
    ...rest, status: 'PENDING', attempt: (current.attempt ?? 0) + 1, dueAt: now + delaySeconds * 1000,
    ...outcome.result !== undefined && { result: outcome.result }, ...outcome.error && { error: outcome.error },
  }
  const event = endedEvent(operation, outcome.error ? 'FAILED' : 'SUCCEEDED', outcome, delaySeconds)!
  return { operation, events: [event], timers: [{ kind: 'due', at: operation.dueAt! }], endsTimers: false, operationsUsed: operationsUsed + 1 }
}

/** The operation, ended by an update or from outside, and what the history tells of it. */
export function ended(
  current: OperationRow, status: OperationStatus, outcome: { result?: string | undefined, error?: ErrorObject | undefined }, now: number
): { operation: OperationRow, event: NewEvent | undefined } {
  const { result: _, error: _e, dueAt: _d, ...rest } = current
  const operation: OperationRow = {
    ...rest, ...current.type === 'WAIT' && current.dueAt !== undefined && { dueAt: current.dueAt }, status, endedAt: now,
    ...current.type === 'STEP' && { attempt: (current.attempt ?? 0) + 1 },
    ...outcome.result !== undefined && { result: outcome.result }, ...outcome.error && { error: outcome.error },
  }
  return { operation, event: endedEvent(operation, status, outcome) }
}

const timedOut: Record<'due' | 'heartbeat', ErrorObject> = {
  due: { ErrorType: 'Callback.Timeout', ErrorMessage: 'Callback timed out' },
  heartbeat: { ErrorType: 'Callback.Heartbeat', ErrorMessage: 'Callback timed out on heartbeat' },
}

/** What a timer makes of an operation; undefined where it has come too late, and nothing is left to do. */
export function fired(current: OperationRow, kind: 'due' | 'heartbeat', now: number): { operation: OperationRow, event: NewEvent | undefined } | undefined {
  const { type, status } = current
  if (type === 'WAIT' && status === 'STARTED') return ended(current, 'SUCCEEDED', {}, now)
  if (type === 'CALLBACK' && status === 'STARTED') return ended(current, 'TIMED_OUT', { error: timedOut[kind] }, now)
  if (type !== 'STEP' || status !== 'PENDING') return undefined
  const { dueAt: _, ...rest } = current
  return { operation: { ...rest, status: 'READY' }, event: undefined }
}

/** Whether an execution that suspends with this operation has something to wait for. */
export const isPending = ({ type, status }: OperationRow): boolean =>
  status === 'PENDING' || status === 'READY' || status === 'STARTED' && (type === 'WAIT' || type === 'CALLBACK' || type === 'CHAINED_INVOKE')

/** Whether timers of the operation may be running. */
export const hasTimers = ({ status, dueAt, heartbeatSeconds }: OperationRow): boolean =>
  (status === 'STARTED' || status === 'PENDING') && (dueAt !== undefined || heartbeatSeconds !== undefined)

/** What an update adds to what is stored of the execution. */
export const bytesOf = ({ Payload, Error }: Pick<Update, 'Payload' | 'Error'>): number =>
  (Payload === undefined ? 0 : Buffer.byteLength(Payload)) + (Error === undefined ? 0 : Buffer.byteLength(JSON.stringify(Error)))
