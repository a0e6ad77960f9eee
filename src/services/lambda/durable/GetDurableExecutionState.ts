import type { Input, Lambda, Output } from '../state.ts'
import { executionWithToken, rootOperation } from './execution.ts'
import { replayed, shownOperation, statePage } from './machine/state.ts'
import { openedData, openedOperations } from './sealing.ts'
import { itemsOf, positionOf, stateMarker } from './marker.ts'

/** The state that a function replays, by pages: what the event of its invocation had no room for. */
export async function GetDurableExecutionState(lambda: Lambda, input: Input<'GetDurableExecutionState'>): Promise<Output<'GetDurableExecutionState'>> {
  const execution = await executionWithToken(lambda, input)
  const after = positionOf('durableState', input.Marker)
  const operations = await openedOperations(lambda, execution, replayed(await lambda.tables.operations.list({ prefix: [execution.id] })), 'caller')
  const items = itemsOf(input.MaxItems)
  const page = statePage(operations, { after: Number(after?.[0] ?? 0), items: after ? items : Math.max(1, items - 1) })
  const { input: InputPayload } = after ? { input: '' } : await openedData(lambda, execution, (await lambda.tables.executionData.get(execution.id))!, 'caller')
  const root = { ...shownOperation(rootOperation(execution)), Name: execution.name, ExecutionDetails: { InputPayload } }
  return {
    Operations: [...after ? [] : [root], ...page.operations.map(operation => shownOperation(operation))] as any,
    ...page.next !== undefined && { NextMarker: stateMarker(page.next) },
  }
}
