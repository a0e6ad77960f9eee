import type { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import type { HttpResponse } from '../contracts/call.ts'
import { AwsError } from '../platform/errors.ts'
import { readCbor, writeCbor } from './cbor.ts'
import { eventsMember, eventStreamWriter, type EventProtocol } from './event-stream.ts'
import { JsonCodec } from './json.ts'
import type { Member, OperationModel, ProtocolName, ServiceModel, ShapeRef } from './model.ts'
import { structureOf } from './model.ts'
import { readQuery } from './query.ts'
import { bindingsOf, bodyOf, membersOf, readBindings, writeHeaders, writePayload } from './rest.ts'
import { serializationError } from './values.ts'
import { header, queryPairs, type WireRequest } from './wire.ts'
import {
  attributesWriter, escapeXml, namespaceText, parseXml, readXml, readXmlStructure, xmlStructureWriter, type XmlElement,
} from './xml.ts'

/** Reads an operation's input and writes its output, in one protocol. Made once for an operation. */
export interface Codec {
  /** The input's body is a stream: it is handed on, not read. */
  streamsInput: boolean
  read(request: WireRequest, body: Buffer | Readable, labels: Record<string, string>): any
  /** The same from a form's parameters, of a query protocol: whoever routes a form has read them. */
  readForm?(pairs: readonly [string, string][]): any
  write(output: any, requestId: string): HttpResponse
}

const codecs = new WeakMap<OperationModel, Map<ProtocolName, Codec>>()
const jsonCodecs = new WeakMap<ServiceModel, Map<boolean, JsonCodec>>()

/** The codec of an operation in a protocol: the model's own, or another that the service reads as well. */
export function codecOf(model: ServiceModel, operation: OperationModel, protocol: ProtocolName = model.protocol): Codec {
  let byProtocol = codecs.get(operation)
  if (!byProtocol) codecs.set(operation, byProtocol = new Map())
  let codec = byProtocol.get(protocol)
  if (!codec) byProtocol.set(protocol, codec = makeCodec(model, operation, protocol))
  return codec
}

function makeCodec(model: ServiceModel, operation: OperationModel, protocol: ProtocolName): Codec {
  const codec = unzipping(plainCodec(model, operation, protocol), protocol)
  const events = eventsMember(model, operation.output)
  return events ? { ...codec, write: eventStreamWriter(model, events, eventProtocol(model, protocol), codec.write) } : codec
}

const unzippedMaxBytes = 16 * 1024 * 1024

/** SDKs compress large requests of some operations (PutMetricData). To S3, Content-Encoding says something of the object instead. */
function unzipping(codec: Codec, protocol: ProtocolName): Codec {
  if (codec.streamsInput || protocol === 'restXml') return codec
  return { ...codec, read: (request, body, labels) => codec.read(request, Buffer.isBuffer(body) ? unzipped(request, body) : body, labels) }
}

/** The body as the caller had it before compressing it. */
export function unzipped(request: WireRequest, body: Buffer): Buffer {
  const encoding = header(request, 'content-encoding')
  if (encoding === undefined || body.length === 0 || !/(?:^|,)\s*gzip\s*$/.test(encoding)) return body
  try {
    return gunzipSync(body, { maxOutputLength: unzippedMaxBytes })
  } catch {
    throw serializationError('The request body could not be decompressed.')
  }
}

function eventProtocol(model: ServiceModel, protocol: ProtocolName): EventProtocol {
  const hasInitialResponse = !protocol.startsWith('rest')
  if (protocol === 'rpcv2Cbor') return { contentType: 'application/cbor', hasInitialResponse, write: shape => value => writeCbor(model, shape, value) }
  if (protocol === 'restXml') {
    return { contentType: 'text/xml', hasInitialResponse, write: (shape, members) => {
      const content = xmlStructureWriter(model, members)
      const { name, xmlName } = structureOf(model, shape)!
      return value => `<${xmlName ?? name}${namespaceText(model.xmlNamespace)}>${content(value)}</${xmlName ?? name}>`
    } }
  }
  return { contentType: 'application/json', hasInitialResponse, write: (shape, members) => {
    const write = jsonOf(model, protocol === 'restJson1').writer(shape, members)
    return value => JSON.stringify(write(value))
  } }
}

function plainCodec(model: ServiceModel, operation: OperationModel, protocol: ProtocolName): Codec {
  switch (protocol) {
    case 'restJson1': case 'restXml': return restCodec(model, operation, protocol)
    case 'awsJson1_0': case 'awsJson1_1': return rpcJsonCodec(model, operation, protocol)
    case 'awsQuery': case 'ec2Query': return queryCodec(model, operation, protocol)
    case 'rpcv2Cbor': return {
      streamsInput: false,
      read: (_, body) => readCbor(model, operation.input, bodyOf(body)),
      write: (output): HttpResponse => operation.output === 'unit' ? { status: 200, headers: { 'smithy-protocol': 'rpc-v2-cbor' } }
        : { status: 200, headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }, body: writeCbor(model, operation.output, output) },
    }
  }
}

function jsonOf(model: ServiceModel, rest: boolean): JsonCodec {
  let both = jsonCodecs.get(model)
  if (!both) jsonCodecs.set(model, both = new Map())
  let codec = both.get(rest)
  if (!codec) both.set(rest, codec = new JsonCodec(model, { rest }))
  return codec
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw serializationError('The request body could not be parsed as JSON.')
  }
}

function rpcJsonCodec(model: ServiceModel, operation: OperationModel, protocol: ProtocolName): Codec {
  const json = jsonOf(model, false)
  const read = operation.input === 'unit' ? () => ({}) : json.reader(operation.input)
  const write = operation.output === 'unit' ? undefined : json.writer(operation.output)
  const headers = { 'content-type': protocol === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1' }
  return {
    streamsInput: false,
    read: (_, body) => read(bodyOf(body).length === 0 ? {} : parseJson(bodyOf(body).toString())),
    write: output => ({ status: 200, headers, body: write ? JSON.stringify(write(output)) : '' }),
  }
}

function queryCodec(model: ServiceModel, operation: OperationModel, protocol: 'awsQuery' | 'ec2Query'): Codec {
  const ec2 = protocol === 'ec2Query'
  const content = xmlStructureWriter(model, membersOf(model, operation.output), { ec2 })
  const namespace = namespaceText(model.xmlNamespace ?? `http://${model.name === 'sqs' ? 'queue' : model.name}.amazonaws.com/doc/${model.version}/`)
  const { name } = operation
  const wrap = ec2
    ? (body: string, id: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response${namespace}><requestId>${id}</requestId>${body}</${name}Response>`
    : (body: string, id: string) => `<${name}Response${namespace}>${operation.output === 'unit' ? '' : `<${name}Result>${body}</${name}Result>`}` +
      `<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${name}Response>`
  return {
    streamsInput: false,
    read: (request, body) => readQuery(model, operation.input, formPairs(request, bodyOf(body)), ec2),
    readForm: pairs => readQuery(model, operation.input, pairs, ec2),
    write: (output, id) => ({ status: 200, headers: { 'content-type': ec2 ? 'text/xml;charset=UTF-8' : 'text/xml' }, body: wrap(content(output), id) }),
  }
}

/** The parameters of a query request: of a form in the body, or in the address. */
export function formPairs(request: WireRequest, body: Buffer): [string, string][] {
  const pairs = queryPairs(body.toString())
  return request.query === '' ? pairs : [...queryPairs(request.query), ...pairs]
}

function restCodec(model: ServiceModel, operation: OperationModel, protocol: 'restJson1' | 'restXml'): Codec {
  const input = bindingsOf(membersOf(model, operation.input), 'request', operation.http?.[1])
  const output = bindingsOf(membersOf(model, operation.output), 'response')
  const status = operation.http?.[2] ?? 200
  const readBody = protocol === 'restJson1' ? jsonBodyReader(model, operation, input.body, input.payload) : xmlBodyReader(model, input.body, input.payload)
  const writeBody = protocol === 'restJson1'
    ? jsonBodyWriter(model, operation, output.body, output.payload)
    : xmlBodyWriter(model, operation, output.body, output.payload)
  return {
    streamsInput: input.payload?.shape === 'stream',
    read(request, body, labels) {
      const result: Record<string, unknown> = {}
      readBody(body, result)
      readBindings(model, input, request, labels, result)
      return result
    },
    write(value) {
      const headers: Record<string, string | string[]> = {}
      const body = writeBody(value, headers)
      writeHeaders(model, output, value, headers)
      const given = output.statusCode && value[output.statusCode.name]
      // S3 says of a part of an object that it is one; the model has only the whole's status.
      const partial = protocol === 'restXml' && value.ContentRange !== undefined ? 206 : status
      return { status: given ?? partial, headers, ...body !== undefined && { body } }
    },
  }
}

type ReadBody = (body: Buffer | Readable, result: Record<string, unknown>) => void
type WriteBody = (output: any, headers: Record<string, string | string[]>) => string | Uint8Array | Readable | undefined

/** A body that is one member: bytes, text, or a stream. Undefined where the member is a structure. */
function rawPayloadReader(payload: Member): ReadBody | undefined {
  if (typeof payload.shape === 'number' || payload.shape === 'document') return undefined
  return (body, result) => {
    if (payload.shape === 'stream') result[payload.name] = body
    else if (bodyOf(body).length > 0) result[payload.name] = payload.shape === 'string' ? bodyOf(body).toString() : body
  }
}

function rawPayloadWriter(payload: Member): WriteBody | undefined {
  if (typeof payload.shape === 'number' || payload.shape === 'document') return undefined
  return (output, headers) => {
    const value = output[payload.name]
    if (value === undefined || value === null) return undefined
    headers['content-type'] = payload.mediaType ?? (payload.shape === 'string' ? 'text/plain' : 'application/octet-stream')
    return writePayload(payload, value)
  }
}

function jsonBodyReader(model: ServiceModel, operation: OperationModel, members: Member[], payload: Member | undefined): ReadBody {
  const json = jsonOf(model, true)
  if (payload) {
    const read = json.reader(payload.shape)
    return rawPayloadReader(payload) ?? ((body, result) => {
      if (bodyOf(body).length > 0) result[payload.name] = read(parseJson(bodyOf(body).toString()))
    })
  }
  const read = json.reader(operation.input, members)
  const blank = members.some(member => member.idempotencyToken)
  return (body, result) => {
    if (members.length === 0 || (bodyOf(body).length === 0 && !blank)) return
    Object.assign(result, read(bodyOf(body).length === 0 ? {} : parseJson(bodyOf(body).toString())))
  }
}

function jsonBodyWriter(model: ServiceModel, operation: OperationModel, members: Member[], payload: Member | undefined): WriteBody {
  const json = jsonOf(model, true)
  const contentType = 'application/json'
  if (payload) {
    const write = json.writer(payload.shape)
    // A union without a value cannot be told by `{}`.
    const isUnion = structureOf(model, payload.shape)?.type === 'union'
    return rawPayloadWriter(payload) ?? ((output, headers) => {
      const value = output[payload.name]
      if (value === undefined && isUnion) return undefined
      headers['content-type'] = contentType
      return JSON.stringify(value === undefined ? {} : write(value))
    })
  }
  const write = json.writer(-1, members)
  const bodiless = operation.output === 'unit' || operation.http?.[2] === 204
  return (output, headers) => {
    if (bodiless) return undefined
    headers['content-type'] = contentType
    return JSON.stringify(write(output))
  }
}

function xmlBodyReader(model: ServiceModel, members: Member[], payload: Member | undefined): ReadBody {
  if (payload) {
    const shape = structureOf(model, payload.shape)
    const root = payload.xmlName ?? shape?.xmlName ?? shape?.name
    return rawPayloadReader(payload) ?? readingXml(element => {
      // Another document than the one that is asked for would be read as an empty one.
      if (element.name !== root) throw serializationError(malformedXml)
      return { [payload.name]: readXml(model, payload, element) }
    })
  }
  return members.length === 0 ? () => {} : readingXml(element => readXmlStructure(model, members, element))
}

const malformedXml = 'The XML you provided was not well-formed or did not validate against our published schema'

/** A body that is an XML document, or empty. What cannot be read is MalformedXML. */
function readingXml(read: (element: XmlElement) => object): ReadBody {
  return (body, result) => {
    const text = bodyOf(body).toString()
    if (text.trim() === '') return
    try {
      Object.assign(result, read(parseXml(text)))
    } catch (error) {
      throw error instanceof AwsError && error.code === 'SerializationException' ? new AwsError('MalformedXML', malformedXml) : error
    }
  }
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n'

function xmlBodyWriter(model: ServiceModel, operation: OperationModel, members: Member[], payload: Member | undefined): WriteBody {
  const namespace = namespaceText(model.xmlNamespace)
  if (payload) {
    const raw = rawPayloadWriter(payload)
    if (raw) return raw
    const shape = structureOf(model, payload.shape)!
    const content = xmlStructureWriter(model, shape.members)
    const attributes = attributesWriter(shape.members)
    const root = payload.xmlName ?? shape.xmlName ?? shape.name
    const own = namespaceText(payload.xmlNamespace ?? shape.xmlNamespace ?? model.xmlNamespace)
    return (output, headers) => {
      const value = output[payload.name]
      if (value === undefined || value === null) return undefined
      headers['content-type'] = 'application/xml'
      return `${xmlHead}<${root}${own}${attributes(value)}>${content(value)}</${root}>`
    }
  }
  const content = xmlStructureWriter(model, members)
  const attributes = attributesWriter(members)
  const shape = structureOf(model, operation.output)
  const root = shape?.xmlName ?? shape?.name ?? `${operation.name}Result`
  const own = namespaceText(shape?.xmlNamespace ?? model.xmlNamespace)
  // S3 answers the location alone, in an element that is not wrapped.
  const unwrapped = operation.name === 'GetBucketLocation'
  return (output, headers) => {
    if (members.length === 0) return undefined
    headers['content-type'] = 'application/xml'
    if (unwrapped) return `${xmlHead}<LocationConstraint${namespace}>${escapeXml(output.LocationConstraint ?? '')}</LocationConstraint>`
    return `${xmlHead}<${root}${own}${attributes(output)}>${content(output)}</${root}>`
  }
}

/** Writes an error as the protocol has it: the shape under its name in the model, or code and message alone. */
export function writeError(model: ServiceModel | undefined, protocol: ProtocolName, error: AwsError, requestId: string): HttpResponse {
  const known = model?.errors[error.code]
  const status = known?.status ?? error.status
  const fields: Record<string, unknown> = { message: error.message, Message: error.message, ...error.fields }
  const code = known?.queryCode ?? error.code
  switch (protocol) {
    case 'awsQuery': return {
      status, headers: { 'content-type': 'text/xml' }, body: queryError(model, error, { code, status, shape: known?.shape, fields, requestId }),
    }
    case 'ec2Query': return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body: ec2Error(code, error.message, requestId) }
    case 'restXml': {
      const headers: Record<string, string | string[]> = { 'content-type': 'application/xml' }
      if (model?.name === 's3' || !model) return { status, headers, body: s3Error(error, requestId) }
      const bindings = bindingsOf(known ? structureOf(model, known.shape)?.members ?? [] : [], 'response')
      writeHeaders(model, bindings, fields, headers)
      return { status, headers, body: queryError(model, error, { code, status, shape: known?.shape, fields, requestId }) }
    }
    case 'rpcv2Cbor': return { status, headers: {
      'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...queryErrorHeader(model, code, status),
    },
      body: writeCbor(model, known?.shape ?? 'document', fields, `${model?.namespace ?? ''}#${error.code}`) }
    case 'restJson1': {
      const headers: Record<string, string | string[]> = { 'content-type': 'application/json', 'x-amzn-errortype': error.code }
      const members = known && structureOf(model!, known.shape)?.members
      if (members) writeHeaders(model!, bindingsOf(members, 'response'), fields, headers)
      const shaped = members && jsonOf(model!, true).writer(-1, bindingsOf(members, 'response').body)(fields)
      return { status, headers, body: JSON.stringify(shaped ? messageOnly(shaped, error) : { message: error.message }) }
    }
    default: {
      const longName = model?.queryCompatible ? longNames[error.code] : undefined
      const type = known ? `${model!.namespace}#${error.code}` : `com.amazon.coral.service#${longName ?? error.code}`
      const members = known && structureOf(model!, known.shape)?.members
      const shaped = members ? messageOnly(jsonOf(model!, false).writer(-1, members)(fields), error) : { message: error.message }
      const headers = {
        'content-type': protocol === 'awsJson1_1' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
        ...queryErrorHeader(model, code, status),
      }
      return { status, headers, body: JSON.stringify({ __type: type, ...shaped }) }
    }
  }
}

/** A shape without a message member still tells the reader why. */
const messageOnly = (shaped: any, error: AwsError) => error.message === '' || 'message' in shaped || 'Message' in shaped
  ? shaped
  : { ...shaped, message: error.message }

/** Common errors of a service that moved from the query protocol to JSON: exceptions there, that keep their old names in the header. */
const longNames: Record<string, string> = { InvalidParameterValue: 'InvalidParameterValueException', MissingParameter: 'MissingRequiredParameterException' }

const queryErrorHeader = (model: ServiceModel | undefined, code: string, status: number): Record<string, string> =>
  model?.queryCompatible ? { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` } : {}

interface QueryError { code: string, status: number, shape: ShapeRef | undefined, fields: Record<string, unknown>, requestId: string }

function queryError(model: ServiceModel | undefined, error: AwsError, { code, status, shape, fields, requestId }: QueryError): string {
  // SQS says a word more in this protocol.
  const message = model?.name === 'sqs' && error.code === 'QueueDoesNotExist' ? error.message.replace(/\.$/, ' for this wsdl version.') : error.message
  const members = model && shape !== undefined ? structureOf(model, shape)?.members ?? [] : []
  const others = bindingsOf(members, 'response').body.filter(member => !/^(message|code|type)$/i.test(member.name))
  return `<ErrorResponse${namespaceText(model?.xmlNamespace)}><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>` +
    `${message === '' ? '' : `<Message>${escapeXml(message)}</Message>`}${model ? xmlStructureWriter(model, others)(fields) : ''}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
}

/** S3's error stands alone, without ErrorResponse, with its fields beside the code: BucketName, Key, Resource. */
function ec2Error(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`
  return `${xmlHead}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`
}

function s3Error(error: AwsError, requestId: string): string {
  const extra = Object.entries(error.fields).map(([name, value]) => value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`).join('')
  const ids = `<RequestId>${requestId}</RequestId><HostId>${requestId}</HostId>`
  return `${xmlHead}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${extra}${ids}</Error>`
}
