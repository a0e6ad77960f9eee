import { stateBytesPerPageMax } from '../limits.ts'
import type { OperationRow } from '../rows.ts'

/**
 * What a replay needs of an execution's operations, in the order of their start: all but what lies inside of a context that has ended, unless it
 * says that its children are replayed.
 */
export function replayed(operations: readonly OperationRow[]): OperationRow[] {
  const hidden = new Set<string>()
  const byId = new Map(operations.map(operation => [operation.id, operation]))
  return operations.toSorted((a, b) => a.sequence - b.sequence).filter(operation => {
    const parent = operation.parentId === undefined ? undefined : byId.get(operation.parentId)
    if (!parent) return true
    const isOver = parent.status === 'SUCCEEDED' || parent.status === 'FAILED'
    const isHidden = hidden.has(parent.id) || isOver && !parent.replayChildren
    if (isHidden) hidden.add(operation.id)
    return !isHidden
  })
}

const bytesOf = ({ result, error }: OperationRow): number => 400 + (result?.length ?? 0) + (error ? JSON.stringify(error).length : 0)

/** As many operations as a page may have, one at least; `next`: the sequence number after which the next page begins. */
export function statePage(
  operations: readonly OperationRow[], page: { after: number, items: number, bytes?: number }
): { operations: OperationRow[], next: number | undefined } {
  const rest = operations.filter(({ sequence }) => sequence > page.after)
  let left = page.bytes ?? stateBytesPerPageMax
  let count = 0
  for (const operation of rest.slice(0, page.items)) {
    left -= bytesOf(operation)
    if (left < 0 && count > 0) break
    count++
  }
  const taken = rest.slice(0, count)
  return { operations: taken, next: count < rest.length ? taken.at(-1)?.sequence : undefined }
}

/** An operation as the API shows it. `time` writes times: dates in answers, milliseconds in the event that a function receives. */
export function shownOperation(operation: OperationRow, time: (ms: number) => any = ms => new Date(ms)): Record<string, any> {
  const { id, parentId, name, type, subType, startedAt, endedAt, status } = operation
  return {
    Id: id, ...parentId !== undefined && { ParentId: parentId }, ...name !== undefined && { Name: name }, Type: type,
    ...subType !== undefined && { SubType: subType }, StartTimestamp: time(startedAt), ...endedAt !== undefined && { EndTimestamp: time(endedAt) },
    Status: status, ...detailsOf(operation, time),
  }
}

function detailsOf({ type, result, error, attempt, status, dueAt, callbackId, replayChildren }: OperationRow, time: (ms: number) => any): object {
  const outcome = { ...result !== undefined && { Result: result }, ...error !== undefined && { Error: error } }
  switch (type) {
    case 'STEP': return { StepDetails: { Attempt: attempt, ...status === 'PENDING' && { NextAttemptTimestamp: time(dueAt!) }, ...outcome } }
    case 'WAIT': return { WaitDetails: { ScheduledEndTimestamp: time(dueAt!) } }
    case 'CALLBACK': return { CallbackDetails: { CallbackId: callbackId, ...outcome } }
    case 'CHAINED_INVOKE': return { ChainedInvokeDetails: outcome }
    case 'CONTEXT': return { ContextDetails: { ...replayChildren !== undefined && { ReplayChildren: replayChildren }, ...outcome } }
    default: return {}
  }
}
