import { encodeToken } from '../../../platform/pagination.ts'
import { functionRow, resolve } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { keyShown, summary } from './GetDurableExecution.ts'
import { itemsOf, positionOf } from './marker.ts'
import type { ExecutionRow } from './rows.ts'

/** The executions of a function, or of one of its versions, newest first unless the request turns it round. */
export async function ListDurableExecutionsByFunction(
  lambda: Lambda, input: Input<'ListDurableExecutionsByFunction'>
): Promise<Output<'ListDurableExecutionsByFunction'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  await functionRow(lambda, name, qualifier)
  const version = qualifier === undefined ? undefined : (await resolve(lambda, name, qualifier)).row.version
  const oldestFirst = input.ReverseOrder ?? false
  const kind = `durableList ${name} ${oldestFirst}`
  const position = positionOf(kind, input.Marker)
  const items = itemsOf(input.MaxItems)
  const found: ExecutionRow[] = []
  for await (const { name: execution } of lambda.tables.executionStarts.each({ prefix: [name], ...bounds(name, input, position), reverse: !oldestFirst })) {
    const row = await lambda.tables.executions.get(name, execution)
    if (row && matches(row, input, version) && found.push(row) > items) break
  }
  const page = found.slice(0, items)
  const last = found.length > items ? page.at(-1) : undefined
  return {
    DurableExecutions: page.map(row => ({ ...summary(lambda, row), ...keyShown(row) })),
    ...last && { NextMarker: encodeToken(kind, [last.startedAt, last.id]) },
  }
}

/** The part of the index, which is in the order of the start, that a page is read from. */
function bounds(name: string, { ReverseOrder, StartedAfter, StartedBefore }: Input<'ListDurableExecutionsByFunction'>, position?: (string | number)[]) {
  const at = position && [name, Number(position[0]), String(position[1])]
  const after = at && ReverseOrder ? at : StartedAfter && [name, StartedAfter.getTime()]
  const before = at && !ReverseOrder ? at : StartedBefore && [name, StartedBefore.getTime()]
  return { ...after && { after }, ...before && { before } }
}

function matches(row: ExecutionRow, { DurableExecutionName, Statuses }: Input<'ListDurableExecutionsByFunction'>, version: number | undefined): boolean {
  return (version === undefined || row.version === version) && (DurableExecutionName === undefined || row.name === DurableExecutionName)
    && (Statuses === undefined || Statuses.length === 0 || Statuses.includes(row.status))
}
