import type { ErrorObject, HistoryRow, OperationRow, OperationStatus, OperationType } from '../rows.ts'

/** What is told of an event before it has its number. */
export type NewEvent = Pick<HistoryRow, 'type' | 'operation' | 'facts' | 'input' | 'result' | 'error'>

const nouns: Record<OperationType, string> = {
  EXECUTION: 'Execution', CONTEXT: 'Context', STEP: 'Step', WAIT: 'Wait', CALLBACK: 'Callback', CHAINED_INVOKE: 'ChainedInvoke',
}
const verbs: Partial<Record<OperationStatus, string>> = {
  STARTED: 'Started', SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', STOPPED: 'Stopped', CANCELLED: 'Cancelled',
}
/** Only waits have an event of their being cancelled. */
const unheard = new Set(['CallbackCancelled', 'ChainedInvokeCancelled'])

const subjectOf = ({ id, name, subType, parentId }: OperationRow) =>
  ({ id, ...name !== undefined && { name }, ...subType !== undefined && { subType }, ...parentId !== undefined && { parentId } })

/** The event of an operation that has begun. */
export function startedEvent(operation: OperationRow): NewEvent {
  const { chained } = operation
  return {
    type: `${nouns[operation.type]}Started`, operation: subjectOf(operation), facts: startFacts(operation),
    ...chained?.payload !== undefined && { input: chained.payload },
  }
}

function startFacts({ type, waitSeconds, dueAt, callbackId, timeoutSeconds, heartbeatSeconds, chained }: OperationRow): Record<string, unknown> {
  if (type === 'WAIT') return { Duration: waitSeconds, ScheduledEndTimestamp: dueAt }
  if (type === 'CALLBACK') return { CallbackId: callbackId, Timeout: timeoutSeconds, HeartbeatTimeout: heartbeatSeconds }
  if (type !== 'CHAINED_INVOKE') return {}
  const { functionName, tenantId, version, child } = chained!
  return { FunctionName: functionName, TenantId: tenantId, ExecutedVersion: version, DurableExecutionArn: child?.arn }
}

/** The event of an operation, or an attempt of one, that has ended as `status`; undefined where AWS tells of none. */
export function endedEvent(
  operation: OperationRow, status: OperationStatus, outcome: { result?: string | undefined, error?: ErrorObject | undefined }, delaySeconds?: number
): NewEvent | undefined {
  const type = `${nouns[operation.type]}${verbs[status]}`
  if (unheard.has(type)) return undefined
  const facts = operation.type === 'STEP' ? { RetryDetails: { CurrentAttempt: operation.attempt, NextAttemptDelaySeconds: delaySeconds } }
    : operation.type === 'WAIT' && status === 'SUCCEEDED' ? { Duration: operation.waitSeconds } : undefined
  const { result, error } = outcome
  return {
    type, operation: subjectOf(operation), ...facts && { facts }, ...result !== undefined && { result }, ...error !== undefined && { error },
  }
}

const withResult = /^(?:Execution|Context|Step|ChainedInvoke|Callback)Succeeded$/
const withError = /(?:Failed|TimedOut|Stopped)$/
const times = ['ScheduledEndTimestamp', 'StartTimestamp', 'EndTimestamp']

/** An event as GetDurableExecutionHistory shows it; without the data of the execution where it is not wanted. */
export function shownEvent({ type, at, eventId, operation, facts = {}, input, result, error }: HistoryRow, includeData: boolean): Record<string, any> {
  const data = (payload: unknown) => includeData && payload !== undefined ? { Payload: payload, Truncated: false } : {}
  const details: Record<string, unknown> = { ...facts }
  for (const name of times) if (typeof details[name] === 'number') details[name] = new Date(details[name])
  if (type === 'ExecutionStarted' || input !== undefined) details.Input = data(input)
  if (withResult.test(type)) details.Result = data(result)
  if (withError.test(type) || error !== undefined) details.Error = data(error ?? {})
  return {
    EventType: type, EventId: eventId, EventTimestamp: new Date(at),
    ...operation && { Id: operation.id, Name: operation.name, SubType: operation.subType, ParentId: operation.parentId }, [`${type}Details`]: details,
  }
}
