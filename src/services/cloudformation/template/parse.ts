import { isCollection, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Node, ParsedNode, ScalarTag, CollectionTag, YAMLMap, YAMLSeq } from 'yaml'

/** A template that cannot be read; `line` and `column` count from 1. */
export class TemplateSyntaxError extends Error {
  readonly line: number | undefined
  readonly column: number | undefined
  constructor(message: string, line?: number, column?: number) {
    super(message)
    this.name = 'TemplateSyntaxError'
    this.line = line
    this.column = column
  }
}

const floats = new WeakMap<object, Map<string, string>>()

/**
 * The numbers among a parsed container's members whose text says more than their value: 3.0 is the number 3, but the text of a version.
 * By member name or index; undefined where there are none.
 */
export const floatTexts = (container: object): ReadonlyMap<string, string> | undefined => floats.get(container)

function noteFloat(container: object, key: string, node: unknown): void {
  if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined || !/^[-+]?\d+\.\d*$/.test(node.source)) return
  const texts = floats.get(container) ?? new Map<string, string>()
  texts.set(key, Number.isInteger(node.value) ? `${node.value}.0` : String(node.value))
  floats.set(container, texts)
}

/** Where a node of the template begins: its line and column, from 1. */
export interface Position { line: number, column: number }

export interface ParsedTemplate {
  template: Record<string, any>
  /** The position of the value at a path, such as `['Resources', 'Queue', 'Type']`; of the nearest ancestor where the path ends early. */
  positionOf(path: readonly (string | number)[]): Position | undefined
}

const functionTags = [
  'And', 'Base64', 'Cidr', 'Contains', 'EachMemberEquals', 'EachMemberIn', 'Equals', 'FindInMap', 'ForEach', 'GetAZs', 'GetAtt', 'GetStackOutput', 'If',
  'ImportValue',
  'Join', 'Length', 'Not', 'Or', 'RefAll', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform', 'ValueOf', 'ValueOfAll',
]

const longForm = (name: string): string => name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`

/** `!GetAtt Thing.Arn` names the resource before the first dot, the attribute (which may hold dots itself) after it. */
function scalarArgument(name: string, text: string): unknown {
  if (name !== 'GetAtt') return text
  const dot = text.indexOf('.')
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)]
}

const intrinsicTags: (ScalarTag | CollectionTag)[] = ['Ref', 'Condition', ...functionTags].flatMap(name => [
  { tag: `!${name}`, resolve: (text: string) => ({ [longForm(name)]: scalarArgument(name, text) }) },
  { tag: `!${name}`, collection: 'seq' as const, resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => node },
  { tag: `!${name}`, collection: 'map' as const, resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => node },
])

/** Decimal digits with a leading zero are an account id or a code, not a number: CloudFormation keeps them as written. */
const plainInteger = /^[-+]?(0|[1-9][0-9]*)$/
const plainFloat = /^[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/

const scalarTags: ScalarTag[] = [
  { tag: 'tag:yaml.org,2002:null', default: true, test: /^(?:~|[Nn]ull|NULL)?$/, resolve: () => null },
  { tag: 'tag:yaml.org,2002:bool', default: true, test: /^(?:true|True|TRUE|false|False|FALSE)$/, resolve: text => text[0] === 't' || text[0] === 'T' },
  { tag: 'tag:yaml.org,2002:int', default: true, test: plainInteger, resolve: text => Number.isSafeInteger(Number(text)) ? Number(text) : text },
  { tag: 'tag:yaml.org,2002:float', default: true, test: plainFloat, resolve: text => Number(text) },
]

/**
 * Reads a CloudFormation template, JSON or YAML, with the short forms of the intrinsic functions. Dates, digits with leading zeros and
 * words such as On or yes stay strings, as in CloudFormation. Throws TemplateSyntaxError with the position.
 */
export function parseTemplate(text: string): Record<string, any> {
  return parsedAsJson(text) ?? parseTemplateWithPositions(text).template
}

/** Numbers whose text says more than their value: decimals, exponents, digits beyond the integers. */
const tellingNumber = /[:,[]\s*-?\d+(?:[.eE]|\d{15})/

/** What JSON says, much faster than as YAML, where that is the same; undefined where it is not, or it is no JSON. */
function parsedAsJson(text: string): Record<string, any> | undefined {
  if (!/^\s*\{/.test(text) || tellingNumber.test(text)) return undefined
  try {
    const value = JSON.parse(text)
    return nestsBelow(value, levelsMax) ? value : undefined
  } catch {
    return undefined
  }
}

const nestsBelow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every(member => nestsBelow(member, levels - 1)))

/** The same, with positions. Of a key that is written twice CloudFormation takes the last, without a word. */
export function parseTemplateWithPositions(text: string): ParsedTemplate {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines, merge: true, uniqueKeys: false, version: '1.2', prettyErrors: false, logLevel: 'silent',
    customTags: tags => [
      ...tags.filter(tag => typeof tag === 'object' && 'collection' in tag && tag.collection !== undefined), ...stringTag(tags), ...scalarTags, ...intrinsicTags
    ] as typeof tags,
  })
  const problem = document.errors[0] ?? document.warnings.find(warning => warning.code === 'TAG_RESOLVE_FAILED')
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw new TemplateSyntaxError(`Template format error: YAML not well-formed. (line ${line}, column ${col})`, line, col)
  }
  const template = plainOf(document.contents)
  if (typeof template !== 'object' || template === null || Array.isArray(template)) {
    throw new TemplateSyntaxError('Template format error: unsupported structure.')
  }
  return { template: template as Record<string, any>, positionOf: path => positionIn(document.contents, path, lines) }
}

const stringTag = (tags: unknown[]) => tags.filter(tag => typeof tag === 'object' && tag !== null && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:str')

type Anchors = Map<string, Node>

function anchorsOf(root: Node | null): Anchors {
  const anchors: Anchors = new Map()
  if (root) visit(root, { Node: (_key, node) => { if ('anchor' in node && node.anchor) anchors.set(node.anchor, node as Node) } })
  return anchors
}

/** More values than this are no template: aliases of aliases multiply. */
const valuesMax = 500_000
const levelsMax = 1000

/** What reading a document keeps in mind: its anchors, once there is an alias, and how much there may still be. */
interface Reading { root: Node | null, anchors?: Anchors, valuesLeft: number, level: number }

/** The document as plain JSON. An alias within what it names, which would have no end, is an error as well. */
function plainOf(root: Node | null): unknown {
  return plain(root, { root, valuesLeft: valuesMax, level: 0 })
}

/** The node's value as plain JSON, each alias a copy of its own, so that a change in one place stays there. */
function plain(node: unknown, reading: Reading): unknown {
  if (node === null || node === undefined) return null
  if (--reading.valuesLeft < 0 || reading.level >= levelsMax) throw new TemplateSyntaxError('Template format error: YAML not well-formed.')
  reading.level++
  const value = valueOf(node, reading)
  reading.level--
  return value
}

function valueOf(node: unknown, reading: Reading): unknown {
  if (isScalar(node)) return structuredCloneOf(node.value)
  if (isCollection(node)) {
    const value = isSeq(node) ? plainList(node, reading) : isMap(node) ? plainMap(node, reading) : undefined
    const tag = node.tag
    return tag?.startsWith('!') ? { [longForm(tag.slice(1))]: value } : value
  }
  const source = (node as { source?: string }).source
  reading.anchors ??= anchorsOf(reading.root)
  return source === undefined ? null : plain(reading.anchors.get(source), reading)
}

function plainList(list: YAMLSeq, reading: Reading): unknown[] {
  const result = list.items.map(item => plain(item, reading))
  list.items.forEach((item, index) => noteFloat(result, String(index), item))
  return result
}

function structuredCloneOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}

function plainMap(map: YAMLMap, reading: Reading): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const pair of map.items) {
    if (!isPair(pair)) continue
    const key = isScalar(pair.key) && pair.key.source !== undefined && !isMergeKey(pair.key) ? pair.key.source : plain(pair.key, reading)
    const value = plain(pair.value, reading)
    if (isScalar(pair.key) && isMergeKey(pair.key)) {
      for (const source of [value].flat().reverse()) {
        for (const [name, each] of Object.entries(source as object)) if (!(name in result)) define(result, name, each)
      }
    } else {
      floats.get(result)?.delete(String(key))
      define(result, String(key), value)
      noteFloat(result, String(key), pair.value)
    }
  }
  return result
}

// A key such as __proto__ is a member like any other, and must not reach the prototype.
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

const isMergeKey = (key: { value?: unknown, source?: string, type?: string }): boolean => key.type === 'PLAIN' && key.source === '<<'

function positionIn(root: ParsedNode | null, path: readonly (string | number)[], lines: LineCounter): Position | undefined {
  let node: unknown = root
  let found = root
  for (const step of path) {
    if (!isCollection(node)) break
    const next: unknown = node.get(isSeq(node) ? Number(step) : step, true)
    if (!next || !(next as Node).range) break
    node = next
    found = next as ParsedNode
  }
  if (!found?.range) return undefined
  const { line, col } = lines.linePos(found.range[0])
  return { line, column: col }
}
