import type { OperationModel, ServiceModel } from './model.ts'
import { membersOf } from './rest.ts'
import { decodePercent, queryPairs, type WireRequest } from './wire.ts'

interface RestRoute {
  operation: OperationModel
  method: string
  /** Literal text, or a label; `greedy` takes the rest, slashes included. */
  segments: { text?: string, label?: string, greedy?: boolean }[]
  staticQuery: [string, string][]
  requiredQuery: string[]
  requiredHeaders: string[]
  /** S3: the bucket lies before the path that the model knows. */
  needsBucket: boolean
  /** How particular the route is: the most particular one that fits wins. */
  rank: number
}

const tables = new WeakMap<ServiceModel, Map<string, RestRoute[]>>()

/** The operation of a REST service that a request asks for, and the labels of its path. */
export function matchRest(
  model: ServiceModel, request: WireRequest, bucket?: string,
): { operation: OperationModel, labels: Record<string, string> } | undefined {
  let table = tables.get(model)
  if (!table) tables.set(model, table = routesOf(model))
  const path = request.path.length > 1 && model.name !== 's3' ? request.path.replace(/\/+$/, '') : request.path
  const parts = path.slice(1).split('/')
  const query = request.query === '' ? [] : queryPairs(request.query)
  for (const route of table.get(request.method) ?? []) {
    if (model.name === 's3' && route.needsBucket !== (bucket !== undefined)) continue
    if (!route.staticQuery.every(([name, value]) => query.some(pair => pair[0] === name && (value === '' || pair[1] === value)))) continue
    if (!route.requiredQuery.every(name => query.some(pair => pair[0] === name))) continue
    if (!route.requiredHeaders.every(name => request.headers[name] !== undefined)) continue
    const labels = matchPath(route, parts)
    if (labels) return { operation: route.operation, labels: bucket === undefined ? labels : { Bucket: bucket, ...labels } }
  }
  return undefined
}

function routesOf(model: ServiceModel): Map<string, RestRoute[]> {
  const table = new Map<string, RestRoute[]>()
  for (const operation of Object.values(model.operations)) {
    // Directory buckets are another product at the same path as ListBuckets.
    if (!operation.http || operation.name === 'ListDirectoryBuckets') continue
    const route = routeOf(model, operation, operation.http)
    table.set(route.method, [...table.get(route.method) ?? [], route])
  }
  for (const routes of table.values()) routes.sort((a, b) => b.rank - a.rank)
  return table
}

function routeOf(model: ServiceModel, operation: OperationModel, [method, uri]: [string, string, number]): RestRoute {
  const [path = '', query = ''] = uri.split('?')
  const segments = path.replace(/(.)\/$/, '$1').slice(1).split('/').map((part): RestRoute['segments'][number] => {
    const label = /^\{(\w+)(\+)?\}$/.exec(part)
    return label ? { label: label[1]!, ...label[2] && { greedy: true } } : { text: part }
  })
  const staticQuery = queryPairs(query).filter(([name]) => name !== 'x-id')
  const members = membersOf(model, operation.input)
  const structure = typeof operation.input === 'number' ? model.shapes[operation.input]! : undefined
  const required = members.slice(0, structure && 'required' in structure ? structure.required : 0)
  const s3 = model.name === 's3'
  // Only S3 tells operations of one path apart by what they must carry; elsewhere a missing parameter is a validation error.
  const requiredQuery = s3 ? required.flatMap(member => member.query ?? []) : []
  const requiredHeaders = s3 ? required.flatMap(member => member.header === 'x-amz-copy-source' ? member.header : []) : []
  const literals = segments.filter(segment => segment.text !== undefined).length
  const greedy = segments.some(segment => segment.greedy) ? 1 : 0
  return {
    operation, method, segments, staticQuery, requiredQuery, requiredHeaders, needsBucket: members.some(member => member.name === 'Bucket' && member.label),
    rank: literals * 100 + staticQuery.length * 20 + (requiredQuery.length + requiredHeaders.length) * 5 + segments.length - greedy * 2,
  }
}

function matchPath(route: RestRoute, parts: string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  const { segments } = route
  const greedyAt = segments.findIndex(segment => segment.greedy)
  if (greedyAt < 0 ? parts.length !== segments.length : parts.length < segments.length) return undefined
  for (let at = 0, part = 0; at < segments.length; at++) {
    const segment = segments[at]!
    const taken = segment.greedy ? parts.length - segments.length + 1 : 1
    const text = taken === 1 ? parts[part]! : parts.slice(part, part + taken).join('/')
    part += taken
    if (segment.text !== undefined) {
      if (segment.text !== text) return undefined
    } else {
      if (text === '') return undefined
      labels[segment.label!] = decodePercent(text) ?? text
    }
  }
  return labels
}
