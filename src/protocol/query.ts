import type { Member, ServiceModel, ShapeRef } from './model.ts'
import { depthMax, parseSimple, serializationError } from './values.ts'

/** Parameters of a query request as a tree: `Tag.member.1.Key=x` lies at Tag → member → 1 → Key. */
interface Node { value?: string, children?: Map<string, Node> }

const parametersMax = 20_000

/** Reads the input of an awsQuery or ec2Query request from its decoded parameters. */
export function readQuery(model: ServiceModel, ref: ShapeRef, pairs: readonly [string, string][], ec2: boolean): any {
  if (pairs.length > parametersMax) throw serializationError('The request has too many parameters.')
  const root: Node = {}
  for (const [name, value] of pairs) {
    let node = root
    const parts = name.split('.')
    if (parts.length > depthMax) throw serializationError('The request is nested too deeply.')
    for (const part of parts) {
      node.children ??= new Map()
      let next = node.children.get(part)
      if (!next) node.children.set(part, next = {})
      node = next
    }
    node.value = value
  }
  return ref === 'unit' ? {} : readNode(model, { name: '', shape: ref }, root, ec2)
}

function queryName(member: Member, ec2: boolean): string {
  if (!ec2) return member.xmlName ?? member.name
  const name = member.ec2Name ?? member.xmlName ?? member.name
  return member.ec2Name ? name : name[0]!.toUpperCase() + name.slice(1)
}

function readNode(model: ServiceModel, member: Member, node: Node, ec2: boolean): any {
  if (typeof member.shape !== 'number') return parseSimple(member, node.value ?? '')
  const shape = model.shapes[member.shape]!
  if (shape.type === 'list') {
    const items = ec2 || member.flattened ? node : node.children?.get(shape.member.xmlName ?? 'member') ?? node.children?.get('member') ?? node
    // An empty list is sent as the name alone.
    return items.children ? numbered(items).map(item => readNode(model, shape.member, item, ec2)) : []
  }
  if (shape.type === 'map') {
    const entries = member.flattened ? node : node.children?.get('entry') ?? node
    const map: Record<string, unknown> = {}
    for (const entry of entries.children ? numbered(entries) : []) {
      const key = entry.children?.get(shape.key.xmlName ?? 'key')?.value
      const value = entry.children?.get(shape.value.xmlName ?? 'value')
      if (key !== undefined) map[key] = value && readNode(model, shape.value, value, ec2)
    }
    return map
  }
  const result: Record<string, unknown> = {}
  for (const each of shape.members) {
    const shapeOf = typeof each.shape === 'number' ? model.shapes[each.shape]! : undefined
    // A flattened list is named by its items where they have a name of their own.
    const itemName = !ec2 && each.flattened && shapeOf?.type === 'list' ? each.xmlName ?? shapeOf.member.xmlName : undefined
    const child = node.children?.get(queryName(each, ec2)) ?? (itemName ? node.children?.get(itemName) : undefined)
    if (child) result[each.name] = readNode(model, each, child, ec2)
  }
  return result
}

/** Children named by numbers, in the order of the numbers. */
function numbered(node: Node): Node[] {
  return [...node.children!].filter(([name]) => /^\d{1,9}$/.test(name)).sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child)
}
