import { dynamodb } from './dynamodb.mjs'

/** GET /items: every item. */
export async function handler(event) {
  console.info('list items for', event.requestContext.http.sourceIp)
  const { Items } = await dynamodb('Scan', { TableName: process.env.TABLE })
  return Items.map(item => ({ id: item.id.S, name: item.name?.S }))
}
