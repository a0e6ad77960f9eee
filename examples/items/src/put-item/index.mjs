import { dynamodb } from './dynamodb.mjs'

/** PUT /items with `{ "id": "…", "name": "…" }`: stores the item. */
export async function handler(event) {
  // What does not say that it is JSON, as curl does not, comes as base64.
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body
  const { id, name } = JSON.parse(body ?? '{}')
  if (typeof id !== 'string' || id === '') return { statusCode: 400, body: JSON.stringify({ message: 'An item needs an id.' }) }
  await dynamodb('PutItem', { TableName: process.env.TABLE, Item: { id: { S: id }, name: { S: String(name ?? '') } } })
  console.info('stored', id)
  return { id, name }
}
