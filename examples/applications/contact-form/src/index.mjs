import { randomUUID } from 'node:crypto'
import { call } from './aws.mjs'

const charactersMax = 5000
const answer = (statusCode, body) => ({ statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** POST /messages: keeps the message of a form. */
export async function handler(event) {
  const form = readForm(event)
  if (!form) return answer(400, { message: 'The form is a JSON object.' })
  const { name = '', email, message } = form
  if (typeof email !== 'string' || !/^\S+@\S+$/.test(email)) return answer(400, { message: 'An address to answer to is missing.' })
  if (typeof message !== 'string' || message.trim() === '') return answer(400, { message: 'The message is missing.' })
  if (message.length > charactersMax) return answer(400, { message: `A message has at most ${charactersMax} characters.` })
  const id = randomUUID()
  const Item = { id: { S: id }, at: { S: new Date().toISOString() }, name: { S: String(name) }, email: { S: email }, message: { S: message } }
  await call('dynamodb', 'DynamoDB_20120810.PutItem', { TableName: process.env.TABLE, Item })
  return answer(201, { id })
}

function readForm({ body = '', isBase64Encoded }) {
  try {
    const form = JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body)
    return typeof form === 'object' ? form : undefined
  } catch {
    return undefined
  }
}
