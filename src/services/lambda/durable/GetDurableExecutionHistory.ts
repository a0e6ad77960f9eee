import { encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { executionAt } from './execution.ts'
import { shownEvent } from './machine/history.ts'
import { itemsOf, positionOf } from './marker.ts'
import { openedEvent } from './sealing.ts'

/** What has happened in an execution, oldest or newest first; with its data unless the request does without. */
export async function GetDurableExecutionHistory(
  lambda: Lambda, { DurableExecutionArn, IncludeExecutionData = true, MaxItems, Marker, ReverseOrder = false }: Input<'GetDurableExecutionHistory'>
): Promise<Output<'GetDurableExecutionHistory'>> {
  const execution = await executionAt(lambda, DurableExecutionArn)
  const kind = `durableHistory ${execution.id} ${ReverseOrder}`
  const after = positionOf(kind, Marker)?.[0]
  const items = itemsOf(MaxItems)
  const from = after === undefined ? {} : ReverseOrder ? { before: [execution.id, Number(after)] } : { after: [execution.id, Number(after)] }
  const { page, last } = pageOf(await lambda.tables.executionHistory.list({ prefix: [execution.id], ...from, limit: items + 1, reverse: ReverseOrder }), items)
  const events = IncludeExecutionData ? await Promise.all(page.map(event => openedEvent(lambda, execution, event, 'caller'))) : page
  return {
    Events: events.map(event => shownEvent(event, IncludeExecutionData)),
    ...last && { NextMarker: encodeToken(kind, [last.eventId]) },
  }
}
