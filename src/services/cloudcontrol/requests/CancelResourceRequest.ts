import { ValidationException } from '../../../platform/errors.ts'
import { longRunning } from '../../../platform/service.ts'
import type { CloudControl, Input, Output, RequestRow } from '../state.ts'
import { isOver, progress, requireRequest } from './request.ts'

/** Gives up a request that is not over: what waits to be done is not begun, what waits for something stops waiting. */
export const CancelResourceRequest =
  longRunning(async (scope: CloudControl, input: Input<'CancelResourceRequest'>): Promise<Output<'CancelResourceRequest'>> => {
  const row = await scope.transact(async tx => {
    const current = await requireRequest(tx, input.RequestToken!)
    if (isOver(current)) throw new ValidationException(`Request ${current.token} is in ${current.status} state and cannot be cancelled.`)
    const cancelled: RequestRow = { ...current, status: current.status === 'PENDING' ? 'CANCEL_COMPLETE' : 'CANCEL_IN_PROGRESS', at: tx.now() }
    await tx.tables.requests.put(cancelled)
    return cancelled
  })
  scope.state.running.get(row.token)?.abort()
  return { ProgressEvent: progress(row) }
})
