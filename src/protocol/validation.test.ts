import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecOf } from './codec.ts'
import { loadModel } from './model.ts'
import { validate } from './validation.ts'

/** What an input is told, as it comes in as JSON. */
function told(service: string, operation: string, input: object): string | undefined {
  const model = loadModel(service)!
  const request = { method: 'POST', path: '/', query: '', headers: {} }
  try {
    validate(model, model.operations[operation]!, codecOf(model, model.operations[operation]!).read(request, Buffer.from(JSON.stringify(input)), {}))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('what is wrong is told with its path, through structures, lists and maps', () => {
  const table = { TableName: 't', AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }] }
  assert.equal(told('dynamodb', 'CreateTable', table), undefined)
  const index = { IndexName: 'x', KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }, { AttributeName: 'b', KeyType: 'SORT' }], Projection: {} }
  assert.equal(told('dynamodb', 'CreateTable', { ...table, TableName: undefined, LocalSecondaryIndexes: [index] }), '3 validation errors detected: ' +
    "Value null at 'tableName' failed to satisfy constraint: Member must not be null; " +
    "Value 'x' at 'localSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3; " +
    "Value 'SORT' at 'localSecondaryIndexes.1.member.keySchema.2.member.keyType' failed to satisfy constraint: " +
    'Member must satisfy enum value set: [HASH, RANGE]')
  assert.equal(told('sqs', 'SendMessageBatch', { QueueUrl: 'u', Entries: [{ Id: '1', MessageBody: 'x' }, { Id: '2' }] }),
    'The request must contain the parameter Entries.2.member.messageBody.')
  assert.equal(told('dynamodb', 'BatchGetItem', { RequestItems: { a: { Keys: [] }, b: {} } }), '2 validation errors detected: ' +
    "Value '[]' at 'requestItems.a.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
    "Value null at 'requestItems.b.member.keys' failed to satisfy constraint: Member must not be null")
})
