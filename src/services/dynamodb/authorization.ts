import type { Conditions } from '../../platform/service.ts'
import { tokenize } from './expressions/tokens.ts'
import { parseKeyCondition } from './expressions/key-condition.ts'
import { Placeholders } from './expressions/placeholders.ts'
import { indexArn, tableArn, tableNameOf, type Db } from './state.ts'
import type { Item, Value } from './values/attribute-value.ts'

// Resources and condition keys of the service's operations, for the policy engine.

interface NamesTable { TableName?: string | undefined }

/** What requests about items have in common, as far as policies speak of it. */
interface ItemRequest extends NamesTable {
  IndexName?: string | undefined
  Item?: Item | undefined
  Key?: Item | undefined
  KeyConditionExpression?: string | undefined
  KeyConditions?: Record<string, { AttributeValueList?: Value[] | undefined }> | undefined
  ConditionExpression?: string | undefined
  UpdateExpression?: string | undefined
  FilterExpression?: string | undefined
  ProjectionExpression?: string | undefined
  AttributesToGet?: string[] | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Item | undefined
  Select?: string | undefined
  ReturnValues?: string | undefined
  ReturnConsumedCapacity?: string | undefined
}

const resourceTags = async (db: Db, input: NamesTable) => (await db.tables.tables.shared(tableNameOf(input.TableName)))?.tags

export const onTable = { resource: (db: Db, input: NamesTable) => tableArn(db, tableNameOf(input.TableName)), resourceTags }

export const onTagged = {
  resource: (_: Db, input: { ResourceArn: string | undefined }) => input.ResourceArn ?? '*',
  resourceTags: async (db: Db, input: { ResourceArn: string | undefined }) =>
    (await db.tables.tables.get(/:table\/([^/]+)/.exec(input.ResourceArn ?? '')?.[1] ?? ''))?.tags,
}

export const onItems = {
  resource: (db: Db, input: ItemRequest) => input.IndexName === undefined
    ? tableArn(db, tableNameOf(input.TableName))
    : indexArn(db, tableNameOf(input.TableName), input.IndexName),
  conditions: (db: Db, input: ItemRequest) => conditionsOf(db, input),
  resourceTags,
}

export const onBatch = {
  resource: (db: Db, input: { RequestItems?: Record<string, unknown> | undefined }) =>
    Object.keys(input.RequestItems ?? {}).map(name => tableArn(db, tableNameOf(name))),
  async conditions(db: Db, input: { RequestItems?: Record<string, any> | undefined, ReturnConsumedCapacity?: string | undefined }): Promise<Conditions> {
    if (db.principal.type === 'root') return {}
    const all: Conditions[] = []
    for (const [TableName, request] of Object.entries(input.RequestItems ?? {})) {
      for (const each of Array.isArray(request) ? request : request.Keys ?? []) {
        const one = Array.isArray(request) ? { Item: each.PutRequest?.Item, Key: each.DeleteRequest?.Key } : { ...request, Key: each }
        all.push(await conditionsOf(db, { ...one, TableName }))
      }
    }
    const union = (name: string) => [...new Set(all.flatMap(conditions => conditions[name] as string[] ?? []))]
    return { 'dynamodb:LeadingKeys': union('dynamodb:LeadingKeys'), 'dynamodb:Attributes': union('dynamodb:Attributes') }
  },
}

/** A part of a transaction needs the permission of the operation that would do it alone. */
export async function authorizePart(db: Db, operation: string, input: ItemRequest): Promise<void> {
  if (db.principal.type === 'root') return
  await db.authorize({ action: `dynamodb:${operation}`, resource: tableArn(db, tableNameOf(input.TableName)), conditions: await conditionsOf(db, input) })
}

async function conditionsOf(db: Db, input: ItemRequest): Promise<Conditions> {
  // A root passes whatever the conditions are; most callers on a machine of one's own are.
  if (db.principal.type === 'root') return {}
  const leading = await leadingKey(db, input)
  return {
    ...leading !== undefined && { 'dynamodb:LeadingKeys': [leading] }, 'dynamodb:Attributes': attributesOf(input),
    'dynamodb:Select': input.Select ?? (input.ProjectionExpression !== undefined || input.AttributesToGet ? 'SPECIFIC_ATTRIBUTES' : undefined),
    'dynamodb:ReturnValues': input.ReturnValues, 'dynamodb:ReturnConsumedCapacity': input.ReturnConsumedCapacity,
  }
}

const textOf = (value: Value | undefined): string | undefined =>
  value?.S ?? value?.N ?? (value?.B ? Buffer.from(value.B).toString('base64') : undefined)

/** The partition key that a request names. What cannot be read is left out: the operation itself refuses it. */
async function leadingKey(db: Db, input: ItemRequest): Promise<string | undefined> {
  // A key of one attribute can be no other than the partition key, whatever the table is: reading it would cost as much as the item.
  const named = input.Key && Object.keys(input.Key)
  if (named?.length === 1) return textOf(input.Key![named[0]!])
  const table = await db.tables.tables.shared(tableNameOf(input.TableName))
  const hash = table && (input.IndexName === undefined ? table : table.indexes.find(({ name }) => name === input.IndexName))?.hash
  if (hash === undefined) return undefined
  const given = (input.Item ?? input.Key)?.[hash] ?? input.KeyConditions?.[hash]?.AttributeValueList?.[0]
  if (given || input.KeyConditionExpression === undefined) return textOf(given)
  try {
    const { KeyConditionExpression } = input
    const test = parseKeyCondition(KeyConditionExpression, new Placeholders(input, { KeyConditionExpression }, ['KeyConditionExpression'])).get(hash)
    return test?.operator === '=' ? textOf(test.value) : undefined
  } catch {
    return undefined
  }
}

const keywords = /^(AND|OR|NOT|IN|BETWEEN|SET|REMOVE|ADD|DELETE)$/i

/** Names of all top-level attributes that a request gives, asks for or speaks of. */
function attributesOf(input: ItemRequest): string[] {
  const names = new Set(
    [...Object.keys(input.Item ?? {}), ...Object.keys(input.Key ?? {}), ...Object.keys(input.KeyConditions ?? {}), ...input.AttributesToGet ?? []]
  )
  for (const expression of ['ConditionExpression', 'UpdateExpression', 'FilterExpression', 'ProjectionExpression', 'KeyConditionExpression'] as const) {
    const source = input[expression]
    if (source === undefined || source.trim() === '' || Buffer.byteLength(source) > 4096) continue
    const tokens = tokenize(expression, source)
    for (const [at, { kind, text }] of tokens.entries()) {
      if (tokens[at - 1]?.text === '.' || tokens[at + 1]?.text === '(') continue
      if (kind === 'name') names.add(input.ExpressionAttributeNames?.[text] ?? text)
      if (kind === 'word' && !keywords.test(text)) names.add(text)
    }
  }
  return [...names]
}
