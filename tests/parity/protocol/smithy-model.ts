import type { Member, OperationModel, ProtocolName, ServiceModel, Shape, ShapeRef, SimpleType } from '../../../src/protocol/model.ts'

const simpleTypes: Record<string, SimpleType> = {
  string: 'string', enum: 'string', byte: 'number', short: 'number', integer: 'number', intEnum: 'number', long: 'number', float: 'number', double: 'number',
  bigInteger: 'bigint', bigDecimal: 'number', boolean: 'boolean', blob: 'blob', timestamp: 'timestamp', document: 'document',
}
const kinds: Record<string, Member['kind']> = {
  byte: 'byte', short: 'short', integer: 'integer', intEnum: 'integer', long: 'long', float: 'float', double: 'double',
}

/** Turns a service of Smithy's JSON AST into our tables. */
export class SmithyModel {
  readonly ast: any
  readonly model: ServiceModel
  /** The shape of every operation and error, by its name. */
  readonly ids: Record<string, string> = {}
  readonly #numbers = new Map<string, number>()

  constructor(ast: any, service: string, protocol: ProtocolName) {
    this.ast = ast
    const { traits = {}, version = '' } = ast.shapes[service]
    const [namespace, name] = service.split('#') as [string, string]
    this.model = {
      name: name === 'AmazonS3' ? 's3' : name, sdkId: name, protocol, version, targetPrefix: name, namespace, signingName: name, operations: {},
      errors: {}, shapes: [],
      ...traits['smithy.api#xmlNamespace'] && { xmlNamespace: traits['smithy.api#xmlNamespace'].uri },
      ...traits['aws.protocols#awsQueryCompatible'] && { queryCompatible: true },
    }
    for (const id of this.#operationIds(service)) this.#operation(id)
  }

  #operationIds(container: string): string[] {
    const { operations = [], resources = [], ...resource } = this.ast.shapes[container]
    const lifecycle = ['create', 'read', 'update', 'delete', 'list', 'put'].flatMap(each => resource[each] ? [resource[each].target] : [])
    return [...operations.map((each: any) => each.target), ...lifecycle, ...(resource.collectionOperations ?? []).map((each: any) => each.target),
      ...resources.flatMap((each: any) => this.#operationIds(each.target))]
  }

  #operation(id: string): void {
    const { input, output, errors = [], traits = {} } = this.ast.shapes[id]
    const name = id.split('#')[1]!
    const http = traits['smithy.api#http']
    const operation: OperationModel = {
      name, input: this.#ref(input?.target ?? 'smithy.api#Unit'), output: this.#ref(output?.target ?? 'smithy.api#Unit'),
      ...http && { http: [http.method, this.#uri(http.uri), http.code ?? 200] },
    }
    this.model.operations[name] = operation
    this.ids[name] = id
    for (const { target } of errors) {
      this.ids[target.split('#')[1]] = target
      const { traits: own } = this.ast.shapes[target]
      const status = own['smithy.api#httpError'] ?? (own['smithy.api#error'] === 'server' ? 500 : 400)
      const query = own['aws.protocols#awsQueryError']
      this.model.errors[target.split('#')[1]] = {
        shape: this.#ref(target), status: query && !this.model.protocol.startsWith('rest') ? query.httpResponseCode : status,
        ...query && { queryCode: query.code },
      }
    }
  }

  /** The SDK's schemas leave S3's bucket to the endpoint. */
  #uri(uri: string): string {
    return this.model.name === 's3' ? uri.replace(/^\/\{Bucket\}\/?/, '/') : uri
  }

  #ref(id: string): ShapeRef {
    if (id === 'smithy.api#Unit') return 'unit'
    const shape = this.ast.shapes[id]
    const type: string = shape?.type ?? id.split('#')[1]!.replace(/^Primitive/, '').replace(/^./, first => first.toLowerCase())
    if (simpleTypes[type]) return type === 'blob' && shape?.traits?.['smithy.api#streaming'] ? 'stream' : simpleTypes[type]
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const at = this.model.shapes.push(undefined as unknown as Shape) - 1
    this.#numbers.set(id, at)
    this.model.shapes[at] = this.#shape(id, shape, type)
    return at
  }

  #shape(id: string, shape: any, type: string): Shape {
    const name = id.split('#')[1]!
    const traits = Object.assign({}, ...(shape.mixins ?? []).map((each: any) => this.ast.shapes[each.target].traits), shape.traits)
    const sparse = traits['smithy.api#sparse'] ? { sparse: true as const } : {}
    if (type === 'list' || type === 'set') return { type: 'list', name, member: this.#member('member', shape.member), ...sparse }
    if (type === 'map') return { type: 'map', name, key: this.#member('key', shape.key), value: this.#member('value', shape.value), ...sparse }
    const entries = Object.entries<any>(this.#membersOf(id))
    const required = entries.filter(([, member]) => member.traits?.['smithy.api#required'])
    const others = entries.filter(([, member]) => !member.traits?.['smithy.api#required'])
    return {
      type: type === 'union' ? 'union' : 'structure', name, required: required.length,
      members: [...required, ...others].map(([member, each]) => this.#member(member, each)),
      ...traits['smithy.api#xmlName'] && { xmlName: traits['smithy.api#xmlName'] }, ...traits['smithy.api#streaming'] && { streaming: true },
      ...traits['smithy.api#xmlNamespace'] && { xmlNamespace: namespaceOf(traits['smithy.api#xmlNamespace']) },
    }
  }

  /** Its own members, and those that it mixes in. */
  #membersOf(id: string): Record<string, any> {
    const { mixins = [], members = {} } = this.ast.shapes[id]
    const mixed = Object.assign({}, ...mixins.map((each: any) => this.#membersOf(each.target)))
    return { ...mixed, ...members }
  }

  #member(name: string, { target, traits: own = {} }: any): Member {
    const shape = this.ast.shapes[target]
    const traits = { ...shape?.traits, ...own }
    const is = (trait: string) => traits[`smithy.api#${trait}`]
    const type: string = shape?.type ?? target.split('#')[1].replace(/^Primitive/, '').replace(/^./, (first: string) => first.toLowerCase())
    const structural = typeof this.#ref(target) === 'number'
    const format = traits['smithy.api#timestampFormat']
    return {
      name, shape: this.#ref(target), ...is('jsonName') && { jsonName: is('jsonName') }, ...own['smithy.api#xmlName'] && { xmlName: own['smithy.api#xmlName'] },
      ...is('xmlFlattened') && { flattened: true }, ...is('xmlAttribute') && { attribute: true },
      ...(structural ? own : traits)['smithy.api#xmlNamespace'] && { xmlNamespace: namespaceOf(is('xmlNamespace')) },
      ...traits['aws.protocols#ec2QueryName'] && { ec2Name: traits['aws.protocols#ec2QueryName'] }, ...format && { timestampFormat: format },
      ...is('idempotencyToken') && { idempotencyToken: true }, ...is('httpHeader') && { header: is('httpHeader').toLowerCase() },
      ...is('httpPrefixHeaders') !== undefined && { prefixHeaders: is('httpPrefixHeaders').toLowerCase() }, ...is('httpQuery') && { query: is('httpQuery') },
      ...is('httpQueryParams') && { queryParams: true }, ...is('httpLabel') && { label: true }, ...is('httpPayload') && { payload: true },
      ...is('httpResponseCode') && { statusCode: true }, ...is('mediaType') && { mediaType: is('mediaType') }, ...kinds[type] && { kind: kinds[type] },
    }
  }
}

const namespaceOf = ({ uri, prefix }: { uri: string, prefix?: string }): string | [string, string] => prefix ? [prefix, uri] : uri
