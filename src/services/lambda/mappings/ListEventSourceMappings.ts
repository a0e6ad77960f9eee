import { marker, page } from '../functions/page.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { mappingOutput } from './mapping.ts'
import type { MappingRow } from './rows.ts'

/** The mappings of the account and region, of a source or of a function: 100 a page at most. */
export async function ListEventSourceMappings(lambda: Lambda, input: Input<'ListEventSourceMappings'>): Promise<Output<'ListEventSourceMappings'>> {
  const { account, region } = lambda
  const after = marker(input.Marker)
  const named = input.FunctionName === undefined ? undefined : functionName(lambda, input.FunctionName)
  const limit = Math.min(input.MaxItems ?? 100, 100)
  const rows: MappingRow[] = []
  for await (const row of lambda.tables.mappings.each({ prefix: [account, region], ...after !== undefined && { after: [account, region, String(after)] } })) {
    if (input.EventSourceArn !== undefined && row.sourceArn !== input.EventSourceArn) continue
    if (named && (row.function.name !== named.name || (named.qualifier !== undefined && row.function.qualifier !== named.qualifier))) continue
    rows.push(row)
    if (rows.length > limit) break
  }
  const { rows: shown, NextMarker } = page(rows, limit, row => row.uuid)
  return { EventSourceMappings: shown.map(row => mappingOutput(lambda, row)), ...NextMarker && { NextMarker } }
}
