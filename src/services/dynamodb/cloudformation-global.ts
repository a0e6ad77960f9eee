import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { standingGlobalTables } from './cloudformation-standing.ts'

interface Replica { Region: string, GlobalSecondaryIndexes?: unknown, [setting: string]: unknown }
interface GlobalProperties { Replicas: Replica[], [property: string]: unknown }

/** Settings of a replica that are those of a table. */
const replicaSettings = new Set(
  ['Region', 'ContributorInsightsSpecification', 'DeletionProtectionEnabled', 'PointInTimeRecoverySpecification', 'TableClass', 'Tags']
)

/**
 * AWS::DynamoDB::GlobalTable of one replica, in the stack's own region, as the CDK makes it for a table (TableV2): a table like any other.
 * More replicas are refused, as are settings that a table here has not.
 */
export function globalTable(table: ResourceType<any>): ResourceType<GlobalProperties> {
  const asTable = ({ region }: ResourceContext, { Replicas, ...properties }: GlobalProperties) => {
    const [replica, another] = Replicas
    if (!replica || another || replica.Region !== region) {
      throw new Error(`A global table of Fogbank has one replica, in the region of its stack (${region}), for tables are not replicated.`)
    }
    const unknown = Object.keys(replica).find(setting => !replicaSettings.has(setting))
    if (unknown !== undefined) throw new Error(`The property Replicas.${unknown} of AWS::DynamoDB::GlobalTable is not supported by Fogbank.`)
    const { Region: _, ...settings } = replica
    return { ...properties, ...settings }
  }
  return {
    ...standingGlobalTables,
    properties: {
      Replicas: 'required', KeySchema: 'required', AttributeDefinitions: 'required', TableName: 'optional', BillingMode: 'optional',
      GlobalSecondaryIndexes: 'optional', LocalSecondaryIndexes: 'optional', SSESpecification: 'optional', StreamSpecification: 'optional',
      TimeToLiveSpecification: 'optional',
    },
    createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
    async create(resource, properties) {
      const { id } = await table.create(resource, asTable(resource, properties))
      return { id, attributes: await standingGlobalTables.attributes(resource, id) }
    },
    async update(resource, id, properties, previous) {
      await table.update!(resource, id, asTable(resource, properties), asTable(resource, previous))
      return { id, attributes: await standingGlobalTables.attributes(resource, id) }
    },
    delete: (resource, id, properties) => table.delete(resource, id, properties),
  }
}
