import { newTraceId } from '../../../platform/ids.ts'
import { execute } from '../durable/execute.ts'
import type { Ran } from '../invoke/run.ts'
import { countEvents } from '../metrics.ts'
import type { Lambda } from '../state.ts'
import type { MappingRow } from './rows.ts'

/** What came of handing a batch to the function. `throttled`: it did not run at all, for want of concurrency. */
export type Handled = { kind: 'done', response: any } | { kind: 'failed', ran: Ran } | { kind: 'throttled' }

/** Invokes the function of a mapping with a batch, in a trace of its own. Throws where there is no such function. */
export async function invokeWith(background: Lambda, mapping: MappingRow, event: { Records?: object[] }, lineage?: string): Promise<Handled> {
  const lambda = background.in({ trace: { traceId: newTraceId(background.now()), sampled: true, ...lineage !== undefined && { lineage } } })
  const { name, qualifier } = mapping.function
  const loaded = await lambda.state.cache.get(lambda, name, qualifier)
  let ran: Ran
  try {
    ran = await execute(lambda, loaded, {
      name, qualifier, payload: Buffer.from(JSON.stringify(event)), requestId: lambda.newId(), away: end => lambda.state.mappings.away(end),
    })
  } catch (error) {
    if ((error as Error).name === 'TooManyRequestsException' || (error as Error).name === 'ServiceException') return { kind: 'throttled' }
    throw error
  }
  const events = event.Records?.length ?? 0
  countEvents(lambda, mapping, 'InvokedEventCount', events)
  if (ran.functionError) countEvents(lambda, mapping, 'FailedInvokeEventCount', events)
  return ran.functionError ? { kind: 'failed', ran } : { kind: 'done', response: responseOf(ran) }
}

function responseOf(ran: Ran): any {
  try {
    return JSON.parse(Buffer.from(ran.payload).toString() || 'null')
  } catch {
    return null
  }
}

/**
 * The identifiers in a response's batchItemFailures, in AWS's reading: none where there is nothing of the kind; 'all' where the list is
 * malformed or names what was not in the batch.
 */
export function itemFailures(response: any, known: (identifier: string) => boolean): string[] | 'all' {
  const list = response?.batchItemFailures
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) return 'all'
  const identifiers = list.map(item => item?.itemIdentifier)
  return identifiers.every(identifier => typeof identifier === 'string' && identifier !== '' && known(identifier)) ? identifiers : 'all'
}
