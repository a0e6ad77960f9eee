import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, unlessGone, withoutDefaults } from '../../platform/standing.ts'
import { tagsFromList, userTags } from '../../platform/tags.ts'

/** Tables that exist already: for drift detection, import and Cloud Control. */
export const standingTables = {
  identifier: 'TableName',
  read: readTable,
  tags: tagsOfTable,
  async attributes({ aws }: ResourceContext, TableName: string) {
    const { Table } = await aws.dynamodb.DescribeTable({ TableName })
    return { Arn: Table!.TableArn, ...Table!.LatestStreamArn && { StreamArn: Table!.LatestStreamArn } }
  },
  list: ({ aws }: ResourceContext) => allPages(async ExclusiveStartTableName => {
    const page = await aws.dynamodb.ListTables({ ...ExclusiveStartTableName !== undefined && { ExclusiveStartTableName } })
    return { items: page.TableNames, next: page.LastEvaluatedTableName }
  }),
}

async function tagsOfTable({ aws: { dynamodb } }: ResourceContext, TableName: string): Promise<Record<string, string>> {
  const ResourceArn = (await dynamodb.DescribeTable({ TableName })).Table!.TableArn!
  return tagsFromList((await dynamodb.ListTagsOfResource({ ResourceArn })).Tags)
}

const throughputOf = (found: { ReadCapacityUnits?: number | undefined, WriteCapacityUnits?: number | undefined } | undefined) =>
  ({ ReadCapacityUnits: found?.ReadCapacityUnits, WriteCapacityUnits: found?.WriteCapacityUnits })

/** Backups, encryption by a key of the account and insights are not there: a template that says so is right. */
async function readTable({ aws: { dynamodb } }: ResourceContext, TableName: string, known: Known<any>): Promise<Record<string, any> | undefined> {
  const table = (await unlessGone(dynamodb.DescribeTable({ TableName }), 'ResourceNotFoundException'))?.Table
  if (!table) return undefined
  const { TimeToLiveDescription: expiry } = await dynamodb.DescribeTimeToLive({ TableName })
  const BillingMode = table.BillingModeSummary?.BillingMode ?? 'PROVISIONED'
  const expires = expiry?.TimeToLiveStatus === 'ENABLED' || expiry?.TimeToLiveStatus === 'ENABLING'
  const unset = String(known.TimeToLiveSpecification?.Enabled) === 'false' ? known.TimeToLiveSpecification : undefined
  return {
    TableName, KeySchema: table.KeySchema, AttributeDefinitions: table.AttributeDefinitions, BillingMode,
    DeletionProtectionEnabled: table.DeletionProtectionEnabled ?? false, TableClass: table.TableClassSummary?.TableClass ?? 'STANDARD',
    StreamSpecification: table.StreamSpecification?.StreamEnabled ? { StreamViewType: table.StreamSpecification.StreamViewType } : undefined,
    TimeToLiveSpecification: expires ? { Enabled: true, AttributeName: expiry!.AttributeName } : unset,
    GlobalSecondaryIndexes: table.GlobalSecondaryIndexes?.map(index => ({
      ...keysOf(index), ...BillingMode === 'PROVISIONED' && { ProvisionedThroughput: throughputOf(index.ProvisionedThroughput) },
    })),
    LocalSecondaryIndexes: table.LocalSecondaryIndexes?.map(keysOf),
    ...BillingMode === 'PROVISIONED' && { ProvisionedThroughput: throughputOf(table.ProvisionedThroughput) },
  }
}

const keysOf = ({ IndexName, KeySchema, Projection }: NonNullable<TableDescription['LocalSecondaryIndexes']>[number]) => ({ IndexName, KeySchema, Projection })

/** The same as a global table of one replica has it. Tags of the stack are on the table as well, and none of the replica's. */
export const standingGlobalTables = {
  ...standingTables,
  // A replica's tags are part of it.
  tags: undefined,
  async read(resource: ResourceContext, name: string, known: Known<any>): Promise<Record<string, any> | undefined> {
    const table = await readTable(resource, name, known)
    if (!table) return undefined
    const { DeletionProtectionEnabled, TableClass, ProvisionedThroughput: _, ...shared } = table
    const given = known.Replicas?.[0]
    const ofTemplate = tagsFromList(given?.Tags)
    const tags = Object.entries(userTags(await tagsOfTable(resource, name))).filter(([key, value]) => key in ofTemplate || resource.tags[key] !== value)
    const settings = withoutDefaults({ DeletionProtectionEnabled, TableClass }, given, { DeletionProtectionEnabled: false, TableClass: 'STANDARD' })
    const Tags = tags.length > 0 ? { Tags: tags.map(([Key, Value]) => ({ Key, Value })) } : {}
    return { ...shared, Replicas: [{ ...off(given), Region: resource.region, ...settings, ...Tags }] }
  },
  async attributes(resource: ResourceContext, TableName: string) {
    const { Table } = await resource.aws.dynamodb.DescribeTable({ TableName })
    return { ...await standingTables.attributes(resource, TableName), TableId: Table!.TableId }
  },
}

/** What a replica can only have switched off. */
const off = (given: Known<any> = {}) => Object.fromEntries(['PointInTimeRecoverySpecification', 'ContributorInsightsSpecification']
  .filter(name => Object.hasOwn(given, name)).map(name => [name, given[name]]))
