import type { GlobalSecondaryIndexUpdate } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import {
  globalIndexesMax, LimitExceededException, ResourceInUseException, ResourceNotFoundException, tableNamed, type Db, type Input, type Output, type TableRow,
  type Throughput
} from '../state.ts'
import { applyStream } from '../streams/stream.ts'
import { globalIndexOf } from './CreateTable.ts'
import { attributesOf, checkAttributesUsed, invalid, throughputOf } from './definition.ts'
import { describeTable } from './description.ts'

/** Changes billing, throughput, class, protection, the stream or global secondary indexes. A new index is filled in the background. */
export async function UpdateTable(db: Db, input: Input<'UpdateTable'>): Promise<Output<'UpdateTable'>> {
  refuseUnhonoured(input)
  const table = await tableNamed(db, input.TableName)
  if (table.indexes.some(index => index.status === 'CREATING')) {
    throw new ResourceInUseException(`Attempt to change a resource which is still in use: Table is being updated: ${table.name}`)
  }
  if (input.DeletionProtectionEnabled !== undefined) table.deletionProtection = input.DeletionProtectionEnabled
  if (input.TableClass !== undefined) table.tableClass = input.TableClass
  changeBilling(db, table, input)
  await applyStream(db, table, input.StreamSpecification, false)
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  if (updates.filter(update => update.Create ?? update.Delete).length > 1) {
    throw new LimitExceededException('Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table')
  }
  if (input.AttributeDefinitions) table.attributes = { ...table.attributes, ...attributesOf(input.AttributeDefinitions) }
  for (const update of updates) changeIndex(db, table, update)
  dropUnusedAttributes(table, input)
  await db.tables.tables.put(table)
  return { TableDescription: { ...describeTable(db, table), TableStatus: 'UPDATING' } }
}

function refuseUnhonoured(input: Input<'UpdateTable'>): void {
  const refused = input.SSESpecification?.Enabled ? 'SSESpecification.Enabled'
    : (['ReplicaUpdates', 'OnDemandThroughput', 'WarmThroughput', 'MultiRegionConsistency'] as const).find(name => input[name] !== undefined)
  if (refused) throw new ValidationException(`${refused} is not supported by Fogbank.`)
  const { TableName: _, AttributeDefinitions: __, ...changes } = input
  if (Object.values(changes).every(value => value === undefined)) {
    throw new ValidationException(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required'
    )
  }
}

function changeBilling(db: Db, table: TableRow, input: Input<'UpdateTable'>): void {
  const mode = input.BillingMode ?? table.billing.mode
  if (mode !== table.billing.mode) {
    table.throughput = throughputOf(mode, input.ProvisionedThroughput)
    if (mode === 'PAY_PER_REQUEST') {
      table.billing = { mode, payPerRequestMs: db.now() }
      for (const index of table.indexes) index.throughput = { read: 0, write: 0, decreases: 0 }
    } else {
      table.billing = { ...table.billing, mode }
    }
    return
  }
  if (!input.ProvisionedThroughput) return
  const next = throughputOf(mode, input.ProvisionedThroughput)
  if (next.read === table.throughput.read && next.write === table.throughput.write) {
    throw new ValidationException('The provisioned throughput for the table will not change. The requested value equals the current value. ' +
      `Current ReadCapacityUnits provisioned for the table: ${next.read}. Requested ReadCapacityUnits: ${next.read}. ` +
      `Current WriteCapacityUnits provisioned for the table: ${next.write}. Requested WriteCapacityUnits: ${next.write}. ` +
      'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.')
  }
  table.throughput = changedThroughput(db, table.throughput, next)
}

function changedThroughput(db: Db, before: Throughput, next: Throughput): Throughput {
  const [increases, decreases] = [next.read > before.read || next.write > before.write, next.read < before.read || next.write < before.write]
  return {
    ...before, read: next.read, write: next.write, decreases: before.decreases + (decreases ? 1 : 0),
    ...increases && { increasedMs: db.now() }, ...decreases && { decreasedMs: db.now() },
  }
}

function changeIndex(db: Db, table: TableRow, { Create: create, Update: change, Delete: remove }: GlobalSecondaryIndexUpdate): void {
  if ([create, change, remove].filter(each => each !== undefined).length !== 1) {
    throw invalid('Only one of [Create, Update, Delete] is allowed in a GlobalSecondaryIndexUpdate')
  }
  const globals = table.indexes.filter(index => index.isGlobal)
  if (create) {
    if (table.indexes.some(index => index.name === create.IndexName)) {
      throw new ValidationException(`Attempting to create an index which already exists: ${create.IndexName}`)
    }
    if (globals.length >= globalIndexesMax) throw invalid(`GlobalSecondaryIndex count exceeds the per-table limit of ${globalIndexesMax}`)
    const index = globalIndexOf(db, create, table.attributes, table.billing.mode)
    table.indexes.push({ ...index, status: 'CREATING' })
    db.enqueue('backfill', { name: table.name, id: table.id, index: index.id })
    return
  }
  const name = (change ?? remove)!.IndexName
  const index = globals.find(each => each.name === name)
  if (!index) throw new ResourceNotFoundException(`Requested resource not found`)
  if (change) {
    index.throughput = changedThroughput(db, index.throughput, throughputOf(table.billing.mode, change.ProvisionedThroughput, name))
    return
  }
  table.indexes = table.indexes.filter(each => each !== index)
  db.enqueue('purge', { id: table.id, index: index.id })
}

/** The definitions given must all be used; those that an index leaves behind go with it. */
function dropUnusedAttributes(table: TableRow, input: Input<'UpdateTable'>): void {
  const used = new Set([table, ...table.indexes].flatMap(({ hash, range }) => range === undefined ? [hash] : [hash, range]))
  const given = new Set(input.AttributeDefinitions?.map(({ AttributeName: name }) => name) ?? [])
  table.attributes = Object.fromEntries(Object.entries(table.attributes).filter(([name]) => used.has(name) || given.has(name)))
  checkAttributesUsed(table)
}
