import { ValidationException } from '../../../platform/errors.ts'
import { tableNamed, type Db, type Input, type Output } from '../state.ts'
import { switchOff } from '../streams/stream.ts'
import { describeTable } from './description.ts'

/** Deletes a table. Its name is free at once; its items go in the background. */
export async function DeleteTable(db: Db, input: Input<'DeleteTable'>): Promise<Output<'DeleteTable'>> {
  const table = await tableNamed(db, input.TableName)
  if (table.deletionProtection) {
    throw new ValidationException(`Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`)
  }
  await switchOff(db, table)
  await db.tables.tables.delete(table.name)
  await db.tables.sweeps.delete(table.id)
  db.cancel('sweep', `sweep:${table.id}`)
  db.cancel('count', `count:${table.id}`)
  db.enqueue('purge', { id: table.id })
  const {
    TableName, TableArn, TableId, ProvisionedThroughput, ItemCount, TableSizeBytes, DeletionProtectionEnabled, BillingModeSummary
  } = describeTable(db, table)
  return {
    TableDescription: {
      TableName, TableArn, TableId, TableStatus: 'DELETING', ProvisionedThroughput, ItemCount, TableSizeBytes, DeletionProtectionEnabled, BillingModeSummary
    }
  }
}
