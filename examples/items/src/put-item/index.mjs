import { dynamodb } from './dynamodb.mjs'

/** PUT /items with `{ "id": "…", "name": "…" }`: stores the item. */
export async function handler(event) {
  const { id, name } = JSON.parse(event.body ?? '{}')
  if (typeof id !== 'string' || id === '') return { statusCode: 400, body: JSON.stringify({ message: 'An item needs an id.' }) }
  await dynamodb('PutItem', { TableName: process.env.TABLE, Item: { id: { S: id }, name: { S: String(name ?? '') } } })
  console.info('stored', id)
  return { id, name }
}
