import type { Input, Lambda, Output } from '../state.ts'
import { mappingShown } from './criteria.ts'
import { mappingRow } from './mapping.ts'

/** Deletes a mapping; batches that are under way are finished. */
export async function DeleteEventSourceMapping(lambda: Lambda, input: Input<'DeleteEventSourceMapping'>): Promise<Output<'DeleteEventSourceMapping'>> {
  const row = await mappingRow(lambda, input.UUID)
  const output = await mappingShown(lambda, row, 'Deleting')
  await lambda.transact(async (scope: Lambda) => {
    await scope.tables.mappings.delete(row.account, row.region, row.uuid)
    for (const { shard } of await scope.tables.checkpoints.list({ prefix: [row.uuid] })) await scope.tables.checkpoints.delete(row.uuid, shard)
  })
  lambda.state.mappings.remove(row.uuid)
  return output
}
