import type { KeySchemaElement, ProvisionedThroughputDescription, TableDescription } from '@aws-sdk/client-dynamodb'
import { indexArn, tableArn, type Db, type IndexRow, type Keys, type TableRow, type Throughput } from '../state.ts'

/** A table as DescribeTable and its relatives return it. */
export function describeTable(db: Db, row: TableRow, status: TableDescription['TableStatus'] = 'ACTIVE'): TableDescription {
  const counted = row.statistics[''] ?? { items: 0, sizeBytes: 0 }
  const [local, global] = [row.indexes.filter(index => !index.isGlobal), row.indexes.filter(index => index.isGlobal)]
  return {
    AttributeDefinitions: Object.entries(row.attributes).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    TableName: row.name, KeySchema: keySchema(row), TableStatus: row.indexes.some(index => index.status === 'CREATING') ? 'UPDATING' : status,
    CreationDateTime: new Date(row.createdMs), ProvisionedThroughput: describeThroughput(row.throughput), TableSizeBytes: counted.sizeBytes,
    ItemCount: counted.items,
    TableArn: tableArn(db, row.name), TableId: row.id, DeletionProtectionEnabled: row.deletionProtection,
    ...(row.billing.mode === 'PAY_PER_REQUEST' || row.billing.payPerRequestMs !== undefined) && {
      BillingModeSummary: {
        BillingMode: row.billing.mode,
        ...row.billing.payPerRequestMs !== undefined && { LastUpdateToPayPerRequestDateTime: new Date(row.billing.payPerRequestMs) }
      },
    },
    ...local.length > 0 && { LocalSecondaryIndexes: local.map(index => {
      const { IndexStatus: _, ProvisionedThroughput: __, ...rest } = describeIndex(db, row, index)
      return rest
    }) },
    ...global.length > 0 && { GlobalSecondaryIndexes: global.map(index => describeIndex(db, row, index)) },
    ...row.stream && { LatestStreamLabel: row.stream.label, LatestStreamArn: `${tableArn(db, row.name)}/stream/${row.stream.label}` },
    ...row.stream?.enabled && { StreamSpecification: { StreamEnabled: true, StreamViewType: row.stream.viewType } },
    ...row.tableClass !== 'STANDARD' && { TableClassSummary: { TableClass: row.tableClass } },
    ...row.billing.mode === 'PAY_PER_REQUEST' && { WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' as const } },
  }
}

function describeIndex(db: Db, row: TableRow, index: IndexRow) {
  const counted = row.statistics[index.id] ?? { items: 0, sizeBytes: 0 }
  return {
    IndexName: index.name, KeySchema: keySchema(index), IndexStatus: index.status, ...index.status === 'CREATING' && { Backfilling: true },
    Projection: { ProjectionType: index.projection.type, ...index.projection.type === 'INCLUDE' && { NonKeyAttributes: index.projection.nonKeyAttributes } },
    ProvisionedThroughput: describeThroughput(index.throughput), IndexSizeBytes: counted.sizeBytes, ItemCount: counted.items,
    IndexArn: indexArn(db, row.name, index.name),
  }
}

export function keySchema({ hash, range }: Keys): KeySchemaElement[] {
  return [{ AttributeName: hash, KeyType: 'HASH' }, ...range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]]
}

function describeThroughput({ read, write, decreases, increasedMs, decreasedMs }: Throughput): ProvisionedThroughputDescription {
  return {
    NumberOfDecreasesToday: decreases, ReadCapacityUnits: read, WriteCapacityUnits: write,
    ...increasedMs !== undefined && { LastIncreaseDateTime: new Date(increasedMs) },
    ...decreasedMs !== undefined && { LastDecreaseDateTime: new Date(decreasedMs) },
  }
}
