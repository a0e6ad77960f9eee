import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The wire schema of a service: compact tables that scripts/build-models.ts makes from the AWS SDK's own schemas, loaded at the
 * first request for the service. A shape is named by its position in `shapes`, or by the name of a simple type.
 */
export interface ServiceModel {
  /** The room: `sqs`. */
  name: string
  sdkId: string
  protocol: ProtocolName
  /** `2012-11-05`; of the query protocols. */
  version: string
  /** Before the dot of X-Amz-Target: `AmazonSQS`. */
  targetPrefix?: string
  xmlNamespace?: string
  signingName: string
  /** Namespace of shapes in `__type` of awsJson errors: `com.amazonaws.sqs`. */
  namespace: string
  /** The service moved from awsQuery: it still reads that protocol, and names query error codes in a header. */
  queryCompatible?: boolean
  operations: Record<string, OperationModel>
  errors: Record<string, ErrorModel>
  shapes: Shape[]
}

export type ProtocolName = 'restJson1' | 'restXml' | 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'rpcv2Cbor'

export interface OperationModel {
  name: string
  input: ShapeRef
  output: ShapeRef
  /** Method, path with labels (and a static query), status. */
  http?: [method: string, uri: string, status: number]
}

export interface ErrorModel {
  shape: ShapeRef
  status: number
  /** The code on the wire, where awsQuery names it otherwise. */
  queryCode?: string
}

export type SimpleType =
  'string' | 'number' | 'bigint' | 'boolean' | 'blob' | 'stream' | 'timestamp' | 'date-time' | 'http-date' | 'epoch-seconds' | 'document' | 'unit'
export type ShapeRef = number | SimpleType

export type Shape =
  | { type: 'list', name: string, member: Member, sparse?: true }
  | { type: 'map', name: string, key: Member, value: Member, sparse?: true }
  | {
    type: 'structure' | 'union', name: string, members: Member[], required: number, streaming?: true, xmlName?: string,
    xmlNamespace?: string | [string, string],
  }

/** A member and how it lies on the wire. The first `required` members of a structure are required. */
export interface Member {
  name: string
  shape: ShapeRef
  jsonName?: string
  xmlName?: string
  flattened?: true
  attribute?: true
  xmlNamespace?: string | [string, string]
  ec2Name?: string
  timestampFormat?: 'date-time' | 'http-date' | 'epoch-seconds'
  idempotencyToken?: true
  header?: string
  prefixHeaders?: string
  query?: string
  queryParams?: true
  label?: true
  payload?: true
  statusCode?: true
  eventPayload?: true
  eventHeader?: true
  mediaType?: string
  constraints?: Constraints
  /** Of a number, where it is known; its name in errors. */
  kind?: NumberKind
}

export type NumberKind = 'byte' | 'short' | 'integer' | 'long' | 'float' | 'double'

/** Facts that the SDK's schemas lack: bounds on lengths and values, a pattern, an enumeration. */
export interface Constraints {
  min?: number
  max?: number
  pattern?: string
  enum?: string[]
}

/** What routing must know of a service before its tables are loaded. */
export type ServiceEntry = Pick<ServiceModel, 'name' | 'protocol' | 'targetPrefix' | 'signingName' | 'version' | 'sdkId'>

let index: ServiceEntry[] | undefined

/** Every service that has tables. */
export const serviceIndex = (): ServiceEntry[] =>
  index ??= JSON.parse(readFileSync(join(packageRoot(), 'dist', 'models', 'index.json'), 'utf8')) as ServiceEntry[]

const models = new Map<string, ServiceModel | undefined>()

/** The folder of the package: the bundle lies in dist, this file in src/protocol. */
const packageRoot = (): string => {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The tables of a service, read once; undefined where there are none of that name. */
export function loadModel(name: string): ServiceModel | undefined {
  if (models.has(name)) return models.get(name)
  const file = join(packageRoot(), 'dist', 'models', `${name}.json`)
  const model = /^[a-z0-9-]+$/.test(name) && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as ServiceModel : undefined
  if (model) shareNames(model)
  models.set(name, model)
  return model
}

/**
 * Codecs reach the members of inputs and outputs by the names that stand in the tables. V8 takes a name that is the very string of its table of names;
 * one of equal letters, as JSON.parse makes them, it looks up each time, and compiles code anew that it had made for such a name.
 */
function shareNames(model: ServiceModel): void {
  const share = (member: Member) => {
    member.name = sharedName(member.name)
    if (member.header !== undefined) member.header = sharedName(member.header)
  }
  model.name = sharedName(model.name)
  for (const operation of Object.values(model.operations)) operation.name = sharedName(operation.name)
  for (const shape of model.shapes) if ('members' in shape) for (const member of shape.members) share(member)
}

/** The string of V8's table, which the key of a registered symbol is. */
const sharedName = (text: string): string => Symbol.for(text).description!

/** The structure of an operation's input or output; undefined where it has none. */
export function structureOf(model: ServiceModel, ref: ShapeRef): Extract<Shape, { type: 'structure' | 'union' }> | undefined {
  const shape = typeof ref === 'number' ? model.shapes[ref] : undefined
  return shape && 'members' in shape ? shape : undefined
}
