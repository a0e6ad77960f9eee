import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Constraints, Member, NumberKind, ProtocolName, ServiceEntry, ServiceModel, Shape, ShapeRef, SimpleType } from '../src/protocol/model.ts'

const root = dirname(import.meta.dirname)
const target = join(root, 'dist', 'models')
const formatVersion = 4

/** Rooms, named as the AWS CLI names its commands, and the SDK clients that describe them. */
export const rooms: Record<string, string> = {
  s3: 's3', lambda: 'lambda', sqs: 'sqs', sns: 'sns', dynamodb: 'dynamodb', dynamodbstreams: 'dynamodb-streams', kinesis: 'kinesis', iam: 'iam', sts: 'sts',
  cloudformation: 'cloudformation', logs: 'cloudwatch-logs', cloudwatch: 'cloudwatch', apigatewayv2: 'apigatewayv2', apigateway: 'api-gateway',
  events: 'eventbridge',
  scheduler: 'scheduler', ec2: 'ec2', ecs: 'ecs', ecr: 'ecr', eks: 'eks', rds: 'rds', 'rds-data': 'rds-data', xray: 'xray', appsync: 'appsync', ssm: 'ssm',
  secretsmanager: 'secrets-manager', kms: 'kms', cloudcontrol: 'cloudcontrol', stepfunctions: 'sfn', organizations: 'organizations',
}

const simpleTypes: Record<number, SimpleType> = {
  0: 'string', 1: 'number', 2: 'boolean', 4: 'timestamp', 5: 'date-time', 6: 'http-date', 7: 'epoch-seconds', 15: 'document', 17: 'bigint', 19: 'number',
  21: 'blob', 42: 'stream',
}
const traitBits: [bit: number, name: string][] = [
  [1, 'httpLabel'], [4, 'idempotencyToken'], [16, 'httpPayload'], [32, 'httpResponseCode'], [64, 'httpQueryParams'],
]

/** Writes dist/models/ROOM.json for every client; a room whose client and constraints are unchanged is left as it is. */
export async function buildModels(): Promise<void> {
  mkdirSync(target, { recursive: true })
  const index: ServiceEntry[] = []
  for (const [room, client] of Object.entries(rooms)) {
    const folder = join(root, 'node_modules', '@aws-sdk', `client-${client}`)
    const constraintsFile = join(root, 'src', 'protocol', 'constraints', `${room}.json`)
    const facts = existsSync(constraintsFile) ? readFileSync(constraintsFile, 'utf8') : '{"structures":{},"shapes":{}}'
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const stampFile = join(target, `${room}.stamp`)
    const stamp = `${formatVersion} ${version} ${createHash('sha256').update(facts).digest('hex').slice(0, 16)}`
    const file = join(target, `${room}.json`)
    if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
      writeFileSync(file, JSON.stringify(modelOf(room, await import(`@aws-sdk/client-${client}`), JSON.parse(facts))))
      writeFileSync(stampFile, stamp)
    }
    index.push(entryOf(JSON.parse(readFileSync(file, 'utf8'))))
  }
  // Services whose clients have no schemas at run time: scripts/models.py has written theirs.
  for (const file of readdirSync(join(root, 'src', 'protocol', 'models'))) {
    const model = readFileSync(join(root, 'src', 'protocol', 'models', file), 'utf8')
    writeFileSync(join(target, file), model)
    index.push(entryOf(JSON.parse(model)))
  }
  writeFileSync(join(target, 'index.json'), JSON.stringify(index))
}

const entryOf = ({ name, protocol, targetPrefix, signingName, version, sdkId }: ServiceModel): ServiceEntry =>
  ({ name, protocol, signingName, version, sdkId, ...targetPrefix && { targetPrefix } })

/** What scripts/constraints.py keeps: members point to named facts, those of lists and maps to the facts about what they hold. */
interface Facts { structures: Record<string, Record<string, string>>, shapes: Record<string, Fact> }
type Fact = Constraints & { kind?: NumberKind, member?: string, key?: string, value?: string }

function modelOf(room: string, client: any, facts: Facts): ServiceModel {
  const Client = Object.entries<any>(client).find(([name]) => name.endsWith('Client') && name !== '__Client')![1]
  const { config } = new Client({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
  const settings = config.protocolSettings ?? {}
  const namespace: string = settings.defaultNamespace
  const shapes = new ShapeTable(facts)
  const model: ServiceModel = {
    name: room, sdkId: config.serviceId, protocol: protocolOf(config.protocol), version: settings.version ?? '', namespace,
    signingName: config.defaultSigningName, operations: {}, errors: {}, shapes: shapes.shapes,
    ...settings.serviceTarget && { targetPrefix: settings.serviceTarget }, ...settings.xmlNamespace && { xmlNamespace: settings.xmlNamespace },
    ...settings.awsQueryCompatible && { queryCompatible: true },
  }
  for (const [name, schema] of Object.entries<any>(client)) {
    if (!name.endsWith('$') || !Array.isArray(schema)) continue
    if (schema[0] === 9) {
      const http = traitsOf(schema[3]).http
      model.operations[schema[2]] = { name: schema[2], input: shapes.refOf(unwrap(schema[4])), output: shapes.refOf(unwrap(schema[5])), ...http && { http } }
    } else if (schema[0] === -3 && !schema[1].startsWith('smithy.ts')) {
      const traits = traitsOf(schema[3])
      const [queryCode, queryStatus] = traits.awsQueryError ?? []
      const status = traits.httpError ?? queryStatus ?? (traits.error === 'server' ? 500 : 400)
      model.errors[schema[2]] = { shape: shapes.refOf(schema), status, ...queryCode && { queryCode } }
    }
  }
  return model
}

const protocolOf = (protocol: any): ProtocolName => {
  const name: string = protocol.constructor?.name ?? String(protocol)
  const known: Record<string, ProtocolName> = {
    AwsRestJsonProtocol: 'restJson1', AwsRestXmlProtocol: 'restXml', S3RestXmlProtocol: 'restXml', AwsJson1_0Protocol: 'awsJson1_0',
    AwsJson1_1Protocol: 'awsJson1_1',
    AwsQueryProtocol: 'awsQuery', AwsEc2QueryProtocol: 'ec2Query', AwsSmithyRpcV2CborProtocol: 'rpcv2Cbor', SmithyRpcV2CborProtocol: 'rpcv2Cbor',
    DynamoDBJsonCodec: 'awsJson1_0',
  }
  const found = known[name] ?? known[Object.getPrototypeOf(protocol.constructor ?? {})?.name]
  if (!found) throw new Error(`The SDK has a protocol that scripts/build-models.ts does not know: ${name}.`)
  return found
}

const unwrap = (schema: any): any => typeof schema === 'function' ? schema() : schema

function traitsOf(traits: any): Record<string, any> {
  if (traits === undefined || traits === null) return {}
  if (typeof traits === 'object') return traits
  return Object.fromEntries(traitBits.filter(([bit]) => traits & bit).map(([, name]) => [name, 1]))
}

/** Numbers the shapes of a service, each once. */
class ShapeTable {
  readonly shapes: Shape[] = []
  readonly #seen = new Map<unknown, number>()
  readonly #facts: Facts

  constructor(facts: Facts) {
    this.#facts = facts
  }

  refOf(schema: any, factName?: string): ShapeRef {
    if (schema === 'unit' || schema === undefined || schema === null) return 'unit'
    if (typeof schema === 'number') return this.#numeric(schema, factName)
    if (schema[0] === 0) return this.refOf(unwrap(schema[4]), factName)
    const seen = this.#seen.get(schema)
    if (seen !== undefined) return seen
    const at = this.shapes.length
    this.#seen.set(schema, at)
    this.shapes.push(undefined as unknown as Shape)
    this.shapes[at] = this.#shape(schema, this.#facts.shapes[factName ?? ''] ?? {})
    return at
  }

  #numeric(code: number, factName = ''): ShapeRef {
    if (code < 64) return simple(code)
    const facts = this.#facts.shapes[factName] ?? {}
    // Collections of the same simple type are one shape, unless facts about what they hold tell them apart.
    const key = `${code} ${facts.member ?? ''} ${facts.key ?? ''} ${facts.value ?? ''}`
    if (code < 128) return this.#collection(key, { type: 'list', name: '', member: this.#member('member', code - 64, facts.member) })
    return this.#collection(key, { type: 'map', name: '', key: this.#member('key', 0, facts.key), value: this.#member('value', code - 128, facts.value) })
  }

  #collection(key: string, shape: Shape): number {
    const seen = this.#seen.get(key)
    if (seen !== undefined) return seen
    this.#seen.set(key, this.shapes.push(shape) - 1)
    return this.shapes.length - 1
  }

  #shape(schema: any, own: Fact): Shape {
    const [kind, , name, rawTraits] = schema
    const traits = traitsOf(rawTraits)
    const sparse = traits.sparse ? { sparse: true as const } : {}
    if (kind === 1) return { type: 'list', name, member: this.#member('member', schema[4], own.member), ...sparse }
    if (kind === 2) return { type: 'map', name, key: this.#member('key', schema[4], own.key), value: this.#member('value', schema[5], own.value), ...sparse }
    const facts = this.#facts.structures[name] ?? {}
    const members = (schema[4] as string[]).map((member, at) => this.#member(member, schema[5][at], facts[member]))
    return {
      type: kind === 4 ? 'union' : 'structure', name, members, required: schema[6] ?? 0, ...traits.streaming && { streaming: true },
      ...traits.xmlName && { xmlName: traits.xmlName }, ...traits.xmlNamespace && { xmlNamespace: traits.xmlNamespace },
    }
  }

  #member(name: string, raw: any, factName: string | undefined): Member {
    const schema = unwrap(raw)
    const isWrapped = Array.isArray(schema) && (typeof schema[0] === 'function' || typeof schema[0] === 'object' || schema.length === 2)
    const inner = isWrapped ? unwrap(schema[0]) : schema
    // A simple shape may carry traits of its own (a media type, a timestamp's format) beneath those of the member.
    const traits = { ...Array.isArray(inner) && inner[0] === 0 ? traitsOf(inner[3]) : {}, ...isWrapped ? traitsOf(schema[1]) : {} }
    const { kind, min, max, pattern, enum: values } = this.#facts.shapes[factName ?? ''] ?? {}
    const constraints: Constraints = {
      ...min !== undefined && { min }, ...max !== undefined && { max }, ...pattern !== undefined && { pattern }, ...values && { enum: values },
    }
    return {
      name, shape: this.refOf(inner, factName),
      ...traits.jsonName && { jsonName: traits.jsonName }, ...traits.xmlName && { xmlName: traits.xmlName }, ...traits.xmlFlattened && { flattened: true },
      ...traits.xmlAttribute && { attribute: true }, ...traits.xmlNamespace && { xmlNamespace: traits.xmlNamespace },
      ...traits.ec2QueryName && { ec2Name: traits.ec2QueryName },
      ...traits.idempotencyToken && { idempotencyToken: true }, ...traits.httpHeader && { header: traits.httpHeader.toLowerCase() },
      ...traits.httpPrefixHeaders !== undefined && { prefixHeaders: traits.httpPrefixHeaders.toLowerCase() },
      ...traits.httpQuery && { query: traits.httpQuery },
      ...traits.httpQueryParams && { queryParams: true }, ...traits.httpLabel && { label: true }, ...traits.httpPayload && { payload: true },
      ...traits.httpResponseCode && { statusCode: true }, ...traits.eventPayload && { eventPayload: true }, ...traits.eventHeader && { eventHeader: true },
      ...traits.mediaType && { mediaType: traits.mediaType }, ...Object.keys(constraints).length > 0 && { constraints }, ...kind && { kind },
    }
  }
}

function simple(code: number): SimpleType {
  const type = simpleTypes[code]
  if (!type) throw new Error(`The SDK has a simple type that scripts/build-models.ts does not know: ${code}.`)
  return type
}

if (import.meta.main) await buildModels()
