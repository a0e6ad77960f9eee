import type { HttpResponse } from '../../../contracts/call.ts'
import { AwsError } from '../../../platform/errors.ts'
import { subtypes } from '../integrations/subtypes.ts'
import type { ApiGateway, IntegrationRow } from '../state.ts'
import { routeArn, type Routed } from './exchange.ts'
import { resolve } from './expressions.ts'

/** A first-class integration: calls the AWS action with the parameters' values, as the integration's role, and hands back what it answers. */
export async function callAction(exchange: Routed, integration: IntegrationRow): Promise<HttpResponse> {
  const subtype = subtypes[integration.subtype!]!
  const parameters: Record<string, string> = {}
  for (const [name, text] of Object.entries(integration.requestParameters ?? {})) {
    const value = resolve(exchange, text)
    if (value !== undefined) parameters[name] = value
    else if (subtype.required.includes(name)) return parameterMissing(exchange, name)
  }
  const { Region, ...given } = parameters
  const gateway = (Region === undefined ? exchange.gateway : exchange.gateway.in({ region: Region })) as ApiGateway
  const aws = gateway.as({ role: integration.credentialsArn!, sessionName: 'BackplaneAssumeRoleSession', sourceArn: routeArn(exchange) })
  try {
    const output = await (aws as any)[subtype.service][subtype.operation](inputOf(integration.subtype!, given))
    exchange.integration.serviceStatus = exchange.integration.status = 200
    return subtype.service === 'sqs'
      ? xml(200, `${subtype.operation}Response`, resultOf(subtype.operation, output, exchange.requestId))
      : json(200, output ?? {})
  } catch (error) {
    if (error instanceof SyntaxError) return parameterMissing(exchange, error.message)
    if (!(error instanceof AwsError)) throw error
    exchange.integration.error = error.message
    exchange.integration.serviceStatus = exchange.integration.status = error.status
    const fault = error.status < 500 ? 'Sender' : 'Receiver'
    if (subtype.service === 'sqs') {
      return xml(error.status, 'ErrorResponse', { Error: { Type: fault, Code: error.code, Message: error.message }, RequestId: exchange.requestId })
    }
    return json(error.status, { __type: error.code, message: error.message })
  }
}

function parameterMissing(exchange: Routed, name: string): HttpResponse {
  exchange.integration.error = `Unable to resolve property ${name} from source`
  exchange.gatewayError = { message: 'Bad Request', responseType: 'BAD_REQUEST_PARAMETERS' }
  return { status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: `Unable to resolve property ${name}` }) }
}

const numbers = new Set(['DelaySeconds', 'MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds'])
const documents = new Set(['MessageAttributes', 'MessageSystemAttributes', 'AttributeNames', 'MessageAttributeNames'])

/** The operation's input: parameters are text, and name members of it. Throws SyntaxError for a document that is none. */
function inputOf(subtype: string, given: Record<string, string>): object {
  const typedValue = (name: string, value: string): unknown => numbers.has(name) ? Number(value) : documents.has(name) ? JSON.parse(value) : value
  const typed = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typedValue(name, value)]))
  if (subtype === 'EventBridge-PutEvents') {
    const { Time, Resources } = given
    return { Entries: [{ ...typed, ...Time !== undefined && { Time: new Date(Time) }, ...Resources !== undefined && { Resources: listOf(Resources) } }] }
  }
  if (subtype === 'Kinesis-PutRecord') return { ...typed, Data: Buffer.from(given.Data!) }
  if (!subtype.startsWith('StepFunctions-')) return typed
  return Object.fromEntries(Object.entries(typed).map(([name, value]) => [name[0]!.toLowerCase() + name.slice(1), value]))
}

const listOf = (text: string): unknown => text.trimStart().startsWith('[') ? JSON.parse(text) : text.split(',').map(each => each.trim())

const json = (status: number, value: unknown): HttpResponse => ({
  status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value, epochSeconds),
})

function epochSeconds(this: any, key: string, value: unknown): unknown {
  const raw: unknown = this[key]
  if (raw instanceof Date) return raw.getTime() / 1000
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** SQS answers API Gateway in the XML of its query protocol. */
function xml(status: number, root: string, value: object): HttpResponse {
  const body = `<?xml version="1.0"?><${root} xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${members(value)}</${root}>`
  return { status, headers: { 'content-type': 'text/xml' }, body }
}

const lists: Record<string, string> = { Messages: 'Message', Attributes: 'Attribute' }

function members(value: object): string {
  return Object.entries(value).filter(([, each]) => each !== undefined && each !== null).map(([name, each]) => {
    const tag = lists[name] ?? name
    const element = (content: string) => `<${tag}>${content}</${tag}>`
    if (Array.isArray(each)) return each.map(item => element(typeof item === 'object' ? members(item) : escaped(item))).join('')
    if (name === 'Attributes') return Object.entries(each as object).map(([Name, Value]) => element(members({ Name, Value }))).join('')
    return element(typeof each === 'object' ? members(each as object) : escaped(each))
  }).join('')
}

const escaped = (value: unknown): string => String(value).replace(/[&<>"]/g, each => escapes[each]!)

function resultOf(operation: string, output: object | undefined, requestId: string): object {
  const hasResult = operation === 'SendMessage' || operation === 'ReceiveMessage'
  return { ...hasResult && { [`${operation}Result`]: output ?? {} }, ResponseMetadata: { RequestId: requestId } }
}
