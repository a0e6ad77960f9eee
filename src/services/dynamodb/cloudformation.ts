import type { CreateTableInput, GlobalSecondaryIndex, GlobalSecondaryIndexUpdate } from '@aws-sdk/client-dynamodb'
import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList } from '../../platform/tags.ts'
import { globalTable } from './cloudformation-global.ts'
import { standingTables } from './cloudformation-standing.ts'

interface TableProperties extends Omit<CreateTableInput, 'Tags' | 'StreamSpecification'> {
  Tags?: { Key: string, Value: string }[]
  TimeToLiveSpecification?: { Enabled: boolean, AttributeName: string }
  StreamSpecification?: { StreamViewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' }
  PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled?: boolean }
  ContributorInsightsSpecification?: { Enabled: boolean }
  DeletionProtectionEnabled?: boolean
}

const properties: Record<keyof TableProperties & string, 'required' | 'optional'> | Record<string, 'required' | 'optional'> = {
  TableName: 'optional', KeySchema: 'required', AttributeDefinitions: 'optional', BillingMode: 'optional', ProvisionedThroughput: 'optional',
  GlobalSecondaryIndexes: 'optional', LocalSecondaryIndexes: 'optional', StreamSpecification: 'optional', TimeToLiveSpecification: 'optional', Tags: 'optional',
  SSESpecification: 'optional', DeletionProtectionEnabled: 'optional', TableClass: 'optional', PointInTimeRecoverySpecification: 'optional',
  ContributorInsightsSpecification: 'optional',
}

const isTrue = (value: unknown): boolean => value === true || value === 'true'
const numberOf = (value: unknown): number => Number(value)

/** Templates give numbers and truth as text, too. */
const throughputOf = (throughput: CreateTableInput['ProvisionedThroughput']) =>
  throughput && { ReadCapacityUnits: numberOf(throughput.ReadCapacityUnits), WriteCapacityUnits: numberOf(throughput.WriteCapacityUnits) }

const indexOf = (index: GlobalSecondaryIndex): GlobalSecondaryIndex => ({
  IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection,
  ...index.ProvisionedThroughput && { ProvisionedThroughput: throughputOf(index.ProvisionedThroughput) },
})

function refuse(wanted: TableProperties): void {
  const sse = wanted.SSESpecification as { SSEEnabled?: unknown } | undefined
  const switches = {
    'SSESpecification.SSEEnabled': sse?.SSEEnabled,
    'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled': wanted.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled,
    'ContributorInsightsSpecification.Enabled': wanted.ContributorInsightsSpecification?.Enabled,
  }
  const refused = Object.entries(switches).find(([, value]) => isTrue(value))?.[0]
  if (refused) throw new Error(`The property ${refused} of AWS::DynamoDB::Table is not supported by Fogbank.`)
}

const tagsOf = (resource: ResourceContext, wanted: TableProperties) =>
  tagsToList({ ...resource.tags, ...tagsFromList(wanted.Tags) }).filter(({ Key }) => !Key.startsWith('aws:'))

async function describe(resource: ResourceContext, name: string): Promise<Created> {
  const { Table: table } = await resource.aws.dynamodb.DescribeTable({ TableName: name })
  return { id: name, attributes: { Arn: table!.TableArn, ...table!.LatestStreamArn && { StreamArn: table!.LatestStreamArn } } }
}

async function applyExpiry(resource: ResourceContext, name: string, wanted: TableProperties, previous?: TableProperties): Promise<void> {
  const [now, before] = [wanted, previous]
    .map(each => isTrue(each?.TimeToLiveSpecification?.Enabled) ? each!.TimeToLiveSpecification!.AttributeName : undefined)
  if (now === before) return
  const set = (Enabled: boolean, AttributeName: string) =>
    resource.aws.dynamodb.UpdateTimeToLive({ TableName: name, TimeToLiveSpecification: { Enabled, AttributeName } })
  if (before !== undefined) await set(false, before)
  if (now !== undefined) await set(true, now)
}

async function create(resource: ResourceContext, wanted: TableProperties): Promise<Created> {
  refuse(wanted)
  const name = wanted.TableName ?? resource.generatedName(255)
  const tags = tagsOf(resource, wanted)
  await resource.aws.dynamodb.CreateTable({
    TableName: name, KeySchema: wanted.KeySchema, AttributeDefinitions: wanted.AttributeDefinitions,
    ...wanted.BillingMode && { BillingMode: wanted.BillingMode },
    ...wanted.ProvisionedThroughput && { ProvisionedThroughput: throughputOf(wanted.ProvisionedThroughput) },
    ...wanted.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: wanted.GlobalSecondaryIndexes.map(indexOf) },
    ...wanted.LocalSecondaryIndexes && { LocalSecondaryIndexes: wanted.LocalSecondaryIndexes },
    ...wanted.StreamSpecification && { StreamSpecification: { StreamEnabled: true, StreamViewType: wanted.StreamSpecification.StreamViewType } },
    ...wanted.TableClass && { TableClass: wanted.TableClass }, DeletionProtectionEnabled: isTrue(wanted.DeletionProtectionEnabled),
    ...tags.length > 0 && { Tags: tags },
  })
  await applyExpiry(resource, name, wanted)
  return describe(resource, name)
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

async function update(resource: ResourceContext, name: string, wanted: TableProperties, previous: TableProperties): Promise<Created> {
  refuse(wanted)
  const { dynamodb } = resource.aws
  const settled = async () => {
    while ((await dynamodb.DescribeTable({ TableName: name })).Table!.TableStatus !== 'ACTIVE') await resource.wait(1000)
  }
  const change = async (changes: Omit<Parameters<typeof dynamodb.UpdateTable>[0], 'TableName'>) => {
    await settled()
    await dynamodb.UpdateTable({ TableName: name, ...changes })
    await settled()
  }
  const isProvisioned = wanted.BillingMode !== 'PAY_PER_REQUEST'
  const billing = ({ BillingMode, ProvisionedThroughput }: TableProperties) =>
    [BillingMode ?? 'PROVISIONED', BillingMode !== 'PAY_PER_REQUEST' && throughputOf(ProvisionedThroughput)]
  if (!same(billing(wanted), billing(previous))) {
    await change({
      BillingMode: wanted.BillingMode ?? 'PROVISIONED', ...isProvisioned && { ProvisionedThroughput: throughputOf(wanted.ProvisionedThroughput) }
    })
  }
  for (const step of indexSteps(wanted, previous)) {
    // Only the definitions that this step's index uses: those of an index that is made later would be refused.
    const names = step.Create?.KeySchema?.map(({ AttributeName }) => AttributeName) ?? []
    const AttributeDefinitions = wanted.AttributeDefinitions?.filter(({ AttributeName }) => names.includes(AttributeName))
    await change({ ...names.length > 0 && { AttributeDefinitions }, GlobalSecondaryIndexUpdates: [step] })
  }
  if (!same(wanted.StreamSpecification, previous.StreamSpecification)) {
    if (previous.StreamSpecification) await change({ StreamSpecification: { StreamEnabled: false } })
    if (wanted.StreamSpecification) await change({ StreamSpecification: { StreamEnabled: true, StreamViewType: wanted.StreamSpecification.StreamViewType } })
  }
  if (isTrue(wanted.DeletionProtectionEnabled) !== isTrue(previous.DeletionProtectionEnabled)) {
    await change({ DeletionProtectionEnabled: isTrue(wanted.DeletionProtectionEnabled) })
  }
  if (!same(wanted.TableClass, previous.TableClass)) await change({ TableClass: wanted.TableClass ?? 'STANDARD' })
  await applyExpiry(resource, name, wanted, previous)
  const described = await describe(resource, name)
  await applyTags(resource, described.attributes!.Arn as string, tagsOf(resource, wanted), tagsFromList(previous.Tags))
  return described
}

async function applyTags(
  resource: ResourceContext, ResourceArn: string, tags: { Key: string, Value: string }[], previous: Record<string, string>
): Promise<void> {
  const TagKeys = Object.keys(previous).filter(key => !tags.some(tag => tag.Key === key))
  if (TagKeys.length > 0) await resource.aws.dynamodb.UntagResource({ ResourceArn, TagKeys })
  if (tags.length > 0) await resource.aws.dynamodb.TagResource({ ResourceArn, Tags: tags })
}

/** One change of one index at a time, deletions first; an index whose keys or projection change is made anew. */
function indexSteps(wanted: TableProperties, previous: TableProperties): GlobalSecondaryIndexUpdate[] {
  const [now, before] = [wanted.GlobalSecondaryIndexes ?? [], previous.GlobalSecondaryIndexes ?? []]
  const shape = ({ IndexName, KeySchema, Projection }: GlobalSecondaryIndex) => JSON.stringify([IndexName, KeySchema, Projection])
  const isKept = (index: GlobalSecondaryIndex, others: GlobalSecondaryIndex[]) => others.some(other => shape(other) === shape(index))
  const provisioned = wanted.BillingMode !== 'PAY_PER_REQUEST'
  const steps: GlobalSecondaryIndexUpdate[] = before.filter(index => !isKept(index, now)).map(({ IndexName }) => ({ Delete: { IndexName } }))
  for (const index of now) {
    const old = before.find(other => shape(other) === shape(index))
    if (!old) steps.push({ Create: indexOf(index) })
    else if (provisioned && index.ProvisionedThroughput && !same(throughputOf(old.ProvisionedThroughput), throughputOf(index.ProvisionedThroughput))) {
      steps.push({ Update: { IndexName: index.IndexName, ProvisionedThroughput: throughputOf(index.ProvisionedThroughput) } })
    }
  }
  return steps
}

const table: ResourceType<TableProperties> = {
  ...standingTables,
  properties,
  createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  create,
  update,
  async delete(resource, name) {
    try {
      await resource.aws.dynamodb.DeleteTable({ TableName: name })
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error
    }
  },
}

export const resourceTypes: Record<string, ResourceType<any>> = { 'AWS::DynamoDB::GlobalTable': globalTable(table), 'AWS::DynamoDB::Table': table }
