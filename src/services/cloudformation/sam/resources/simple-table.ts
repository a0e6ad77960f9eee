import { invalidResource } from '../errors.ts'
import type { PropertyTypes } from '../properties.ts'
import { pyStr, truthy } from '../python.ts'
import type { Dict } from '../python.ts'
import { attributesOf, expectPresent, generated, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

export const simpleTableTypes: PropertyTypes = {
  PointInTimeRecoverySpecification: 'any', PrimaryKey: '{str}', ProvisionedThroughput: '{int|map}', TableName: 'str|map', Tags: 'map', SSESpecification: 'map',
}
const keyTypes: Record<string, string> = { String: 'S', Number: 'N', Binary: 'B' }

/** AWS::Serverless::SimpleTable: a DynamoDB table with a single-attribute key. */
export function serverlessSimpleTable(_sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  const { PrimaryKey, PointInTimeRecoverySpecification, ProvisionedThroughput, SSESpecification, TableName, Tags } = properties
  let key = { AttributeName: 'id', AttributeType: 'S' }
  if (truthy(PrimaryKey)) {
    const AttributeName = expectPresent(PrimaryKey.Name, id, 'PrimaryKey.Name')
    const type = expectPresent(PrimaryKey.Type, id, 'PrimaryKey.Type')
    if (!Object.hasOwn(keyTypes, type)) throw invalidResource(id, `Invalid 'Type' "${pyStr(type)}".`)
    key = { AttributeName, AttributeType: keyTypes[type]! }
  }
  const given = Object.fromEntries(Object.entries({ PointInTimeRecoverySpecification, SSESpecification, TableName }).filter(([, value]) => truthy(value)))
  return [generated('AWS::DynamoDB::Table', id, {
    AttributeDefinitions: [key], KeySchema: [{ AttributeName: key.AttributeName, KeyType: 'HASH' }], ...given,
    ...truthy(ProvisionedThroughput) ? { ProvisionedThroughput } : { BillingMode: 'PAY_PER_REQUEST' }, Tags: truthy(Tags) ? tagList(Tags) : undefined,
  }, attributesOf(resource), resource.DependsOn)]
}
