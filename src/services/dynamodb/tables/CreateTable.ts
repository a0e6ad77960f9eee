import { ValidationException } from '../../../platform/errors.ts'
import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import {
  globalIndexesMax, localIndexesMax, ResourceInUseException, statisticsIntervalMs, type Db, type IndexRow, type Input, type Keys, type Output, type TableRow
} from '../state.ts'
import { applyStream } from '../streams/stream.ts'
import { attributesOf, checkAttributesUsed, checkName, invalid, keysOf, projectionOf, throughputOf } from './definition.ts'
import { describeTable } from './description.ts'

type TableInput = Input<'CreateTable'>

/** Creates a table; it is ACTIVE at once. */
export async function CreateTable(db: Db, input: TableInput): Promise<Output<'CreateTable'>> {
  const name = checkName(input.TableName, 'tableName')
  refuseUnhonoured(input)
  const mode = input.BillingMode ?? 'PROVISIONED'
  const attributes = attributesOf(input.AttributeDefinitions ?? [])
  const throughput = throughputOf(mode, input.ProvisionedThroughput)
  const keys = keysOf(input.KeySchema, attributes)
  const indexes = indexesOf(db, input, keys, attributes, mode)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new ValidationException(problem)
  const row: TableRow = {
    name, id: db.newId(), createdMs: db.now(), ...keys, attributes, billing: { mode, ...mode === 'PAY_PER_REQUEST' && { payPerRequestMs: db.now() } },
    throughput, indexes,
    deletionProtection: input.DeletionProtectionEnabled ?? false, tableClass: input.TableClass ?? 'STANDARD', tags, statistics: {},
  }
  checkAttributesUsed(row)
  if (await db.tables.tables.get(name)) throw new ResourceInUseException(`Table already exists: ${name}`)
  await applyStream(db, row, input.StreamSpecification, true)
  await db.tables.tables.put(row)
  db.enqueue('count', { name, id: row.id }, { at: db.now() + statisticsIntervalMs, id: `count:${row.id}` })
  return { TableDescription: { ...describeTable(db, row), TableStatus: 'CREATING' } }
}

/** What would need more than is built is refused by name. */
function refuseUnhonoured(input: TableInput): void {
  const refused = input.SSESpecification?.Enabled
    ? 'SSESpecification.Enabled'
    : (['ResourcePolicy', 'OnDemandThroughput', 'WarmThroughput'] as const).find(name => input[name] !== undefined)
  if (refused) throw new ValidationException(`${refused} is not supported by Fogbank.`)
}

function indexesOf(db: Db, input: TableInput, table: Keys, attributes: TableRow['attributes'], mode: TableRow['billing']['mode']): IndexRow[] {
  const { LocalSecondaryIndexes: local, GlobalSecondaryIndexes: global } = input
  if (local?.length === 0) throw invalid('List of LocalSecondaryIndexes is empty')
  if (global?.length === 0) throw invalid('List of GlobalSecondaryIndexes is empty')
  const locals = (local ?? []).map(index => {
    const name = checkName(index.IndexName, 'localSecondaryIndexes.1.member.indexName')
    const keys = keysOf(index.KeySchema, attributes, name)
    if (table.range === undefined) throw invalid('Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex')
    if (keys.range === undefined) throw invalid(`Index KeySchema does not have a range key for index: ${name}`)
    if (keys.hash !== table.hash) {
      throw invalid(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${keys.hash}, table hash key: ` +
        `${table.hash}`
      )
    }
    return {
      name, id: db.newId(), isGlobal: false, ...keys, projection: projectionOf(index.Projection), throughput: { read: 0, write: 0, decreases: 0 },
      status: 'ACTIVE' as const
    }
  })
  const globals = (global ?? []).map(index => globalIndexOf(db, index, attributes, mode))
  if (locals.length > localIndexesMax) throw invalid(`Number of LocalSecondaryIndexes exceeds per-table limit of ${localIndexesMax}`)
  if (globals.length > globalIndexesMax) throw invalid(`GlobalSecondaryIndex count exceeds the per-table limit of ${globalIndexesMax}`)
  const all = [...locals, ...globals]
  const duplicate = all.find((index, at) => all.findIndex(({ name }) => name === index.name) < at)
  if (duplicate) throw invalid(`Duplicate index name: ${duplicate.name}`)
  return all
}

type GlobalIndexInput = Pick<NonNullable<TableInput['GlobalSecondaryIndexes']>[number], 'IndexName' | 'KeySchema' | 'Projection' | 'ProvisionedThroughput'>

/** A global secondary index as CreateTable and UpdateTable take it. */
export function globalIndexOf(db: Db, index: GlobalIndexInput, attributes: TableRow['attributes'], mode: TableRow['billing']['mode']): IndexRow {
  const name = checkName(index.IndexName, 'globalSecondaryIndexes.1.member.indexName')
  return {
    name, id: db.newId(), isGlobal: true, ...keysOf(index.KeySchema, attributes, name), projection: projectionOf(index.Projection),
    throughput: throughputOf(mode, index.ProvisionedThroughput, name), status: 'ACTIVE',
  }
}
