import type { AttributeDefinition, KeySchemaElement, Projection, ProvisionedThroughput } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import { type IndexRow, type Keys, type KeyType, type TableRow, type Throughput, violation } from '../state.ts'

export const invalid = (message: string) => new ValidationException(`One or more parameter values were invalid: ${message}`)

/** A name of a table or index; `member` as AWS writes it: `tableName`. */
export function checkName(name: string | undefined, member: string): string {
  if (name === undefined) {
    throw new ValidationException(`1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`)
  }
  const problems: string[] = []
  const wrong = (constraint: string) => problems.push(`Value '${name}' at '${member}' failed to satisfy constraint: ${constraint}`)
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) wrong('Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+')
  if (name.length < 3) wrong('Member must have length greater than or equal to 3')
  if (name.length > 255) wrong('Member must have length less than or equal to 255')
  if (problems.length > 0) {
    throw new ValidationException(`${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`)
  }
  return name
}

/** Attribute definitions by name. */
export function attributesOf(definitions: AttributeDefinition[]): Record<string, KeyType> {
  const attributes: Record<string, KeyType> = {}
  for (const { AttributeName: name, AttributeType: type } of definitions) {
    if (Object.hasOwn(attributes, name!)) throw invalid(`Duplicate AttributeName in AttributeDefinitions: ${name}`)
    if (type !== 'S' && type !== 'N' && type !== 'B') {
      throw violation(String(type), 'attributeDefinitions.1.member.attributeType', 'satisfy enum value set: [B, N, S]')
    }
    attributes[name!] = type
  }
  return attributes
}

/** The keys of a table, or of the index that `index` names. */
export function keysOf(schema: KeySchemaElement[] | undefined, attributes: Record<string, KeyType>, index?: string): Keys {
  const [first, second] = schema ?? []
  if (!first || schema!.length > 2) {
    throw violation(JSON.stringify(schema ?? []), 'keySchema', `have length ${
      first ? 'less than or equal to 2' : 'greater than or equal to 1'}`)
  }
  if (first.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
  if (second && second.KeyType !== 'RANGE') throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  if (second && second.AttributeName === first.AttributeName) throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  const names = schema!.map(element => element.AttributeName!)
  if (names.some(name => !Object.hasOwn(attributes, name))) {
    const which = `Keys: [${names.join(', ')}], AttributeDefinitions: [${Object.keys(attributes).join(', ')}]`
    throw invalid(`Some ${index === undefined ? '' : 'index '}key attributes are not defined in AttributeDefinitions. ${which}`)
  }
  return { hash: first.AttributeName!, ...second && { range: second.AttributeName! } }
}

/** Every defined attribute must be a key of the table or an index. */
export function checkAttributesUsed(row: Pick<TableRow, 'hash' | 'range' | 'attributes' | 'indexes'>): void {
  const used = new Set([row, ...row.indexes].flatMap(({ hash, range }) => range === undefined ? [hash] : [hash, range]))
  const defined = Object.keys(row.attributes)
  if (defined.every(name => used.has(name))) return
  if (row.indexes.length === 0) throw invalid('Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions')
  throw invalid(`Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`)
}

export function projectionOf(projection: Projection | undefined): IndexRow['projection'] {
  const type = projection?.ProjectionType
  if (type !== 'ALL' && type !== 'KEYS_ONLY' && type !== 'INCLUDE') throw invalid(`Unknown ProjectionType: ${type ?? 'null'}`)
  const nonKeyAttributes = projection?.NonKeyAttributes
  if (type === 'INCLUDE' && !nonKeyAttributes) throw invalid('ProjectionType is INCLUDE, but NonKeyAttributes is not specified')
  if (type !== 'INCLUDE' && nonKeyAttributes) throw invalid(`ProjectionType is ${type}, but NonKeyAttributes is specified`)
  return { type, nonKeyAttributes: nonKeyAttributes ?? [] }
}

/** The throughput of a table or index under a billing mode. `index` names the index. */
export function throughputOf(mode: 'PROVISIONED' | 'PAY_PER_REQUEST', throughput: ProvisionedThroughput | undefined, index?: string): Throughput {
  if (mode === 'PAY_PER_REQUEST') {
    if (throughput && (throughput.ReadCapacityUnits || throughput.WriteCapacityUnits)) {
      throw invalid(index === undefined ? 'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST'
        : `ProvisionedThroughput should not be specified for index: ${index} when BillingMode is PAY_PER_REQUEST`)
    }
    return { read: 0, write: 0, decreases: 0 }
  }
  if (!throughput) {
    throw index === undefined ? invalid('ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED')
      : invalid(`ProvisionedThroughput must be specified for index: ${index}`)
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = throughput
  for (const [member, units] of [['readCapacityUnits', read], ['writeCapacityUnits', write]] as const) {
    if (units === undefined || !(units >= 1)) {
      throw violation(units, `provisionedThroughput.${member}`, 'have value greater than or equal to 1')
    }
  }
  return { read: read!, write: write!, decreases: 0 }
}
