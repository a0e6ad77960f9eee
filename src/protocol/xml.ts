import type { Member, ServiceModel, ShapeRef } from './model.ts'
import { depthMax, formatSimple, parseSimple, serializationError } from './values.ts'

/** An element as it was read. `text` is all text directly inside it. */
export interface XmlElement { name: string, attributes: Record<string, string>, children: XmlElement[], text: string }

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decodeText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{1,8});/g, (whole, name: string) => {
    if (name[0] !== '#') return entities[name] ?? whole
    const code = name[1] === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

const malformed = () => serializationError('The XML you provided was not well-formed or did not validate against our published schema')
const tag = /<(?:!\[CDATA\[([\s\S]*?)\]\]>|!--[\s\S]*?-->|\?[\s\S]*?\?>|(\/)?([^\s/><!?="']+)((?:\s+[^\s/><="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>)/y
const attribute = /([^\s/><="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const localName = (name: string) => name.slice(name.indexOf(':') + 1)

/** Reads a document; prefixes of names are dropped, document types refused. Throws SerializationException where it is not well-formed. */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open: { element: XmlElement, raw: string }[] = [{ element: root, raw: '' }]
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0
  while (at < source.length) {
    const current = open.at(-1)!.element
    const next = source.indexOf('<', at)
    const text = source.slice(at, next < 0 ? source.length : next)
    if (text !== '') current.text += decodeText(text)
    if (next < 0) break
    tag.lastIndex = next
    const match = tag.exec(source)
    if (!match) throw malformed()
    at = tag.lastIndex
    const [, cdata, closing, raw, attributes, selfClosing] = match
    if (cdata !== undefined) current.text += cdata
    else if (closing) {
      if (open.length < 2 || open.pop()!.raw !== raw) throw malformed()
    } else if (raw !== undefined) {
      const element: XmlElement = { name: localName(raw), attributes: {}, children: [], text: '' }
      for (const [, name, double, single] of (attributes ?? '').matchAll(attribute)) element.attributes[localName(name!)] = decodeText(double ?? single ?? '')
      current.children.push(element)
      if (!selfClosing) open.push({ element, raw })
      if (open.length > depthMax) throw malformed()
    }
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw malformed()
  return root.children[0]!
}

/** Reads a value of a shape from an element. */
export function readXml(model: ServiceModel, member: Member, element: XmlElement): any {
  if (typeof member.shape !== 'number') return member.shape === 'string' ? element.text : member.shape === 'unit' ? {} : parseSimple(member, element.text)
  const shape = model.shapes[member.shape]!
  if (shape.type === 'list') return element.children.map(child => readXml(model, shape.member, child))
  if (shape.type === 'map') return Object.fromEntries(element.children.map(entry => readXmlEntry(model, shape, entry)))
  return readXmlStructure(model, shape.members, element)
}

export function readXmlStructure(model: ServiceModel, members: Member[], element: XmlElement): any {
  const result: Record<string, unknown> = {}
  for (const member of members) {
    const name = member.xmlName ? localName(member.xmlName) : member.name
    if (member.attribute) {
      if (element.attributes[name] !== undefined) result[member.name] = parseSimple(member, element.attributes[name])
      continue
    }
    const found = element.children.filter(child => child.name === name)
    if (found.length === 0) continue
    const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
    if (member.flattened && shape?.type === 'list') result[member.name] = found.map(child => readXml(model, shape.member, child))
    else if (member.flattened && shape?.type === 'map') result[member.name] = Object.fromEntries(found.map(entry => readXmlEntry(model, shape, entry)))
    else result[member.name] = readXml(model, member, found[0]!)
  }
  return result
}

function readXmlEntry(model: ServiceModel, shape: { key: Member, value: Member }, entry: XmlElement): [string, unknown] {
  const key = entry.children.find(child => child.name === (shape.key.xmlName ?? 'key'))
  const value = entry.children.find(child => child.name === (shape.value.xmlName ?? 'value'))
  if (!key) throw malformed()
  return [key.text, value && readXml(model, shape.value, value)]
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' }

/** Text as it stands in an element or attribute. What XML cannot hold goes as a reference, as S3 does. */
export function escapeXml(text: string): string {
  return /[&<>"\r\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)
    ? text.replace(/[&<>"\r\0-\x08\x0b\x0c\x0e-\x1f]/g, found => escapes[found] ?? `&#x${found.charCodeAt(0).toString(16)};`)
    : text
}

export const namespaceText = (namespace: string | [string, string] | undefined): string => {
  if (!namespace) return ''
  return typeof namespace === 'string' ? ` xmlns="${namespace}"` : ` xmlns${namespace[0] ? `:${namespace[0]}` : ''}="${namespace[1]}"`
}

export interface XmlStyle {
  /** ec2Query: lists are flattened into `item`s by name, members are named by their ec2Name. */
  ec2?: boolean
}

type WriteXml = (value: any) => string
const writers = new WeakMap<ServiceModel, Map<string, WriteXml>>()

/** A writer of the content of a structure, without its own element. Compiled once for a model. */
export function xmlStructureWriter(model: ServiceModel, members: Member[], style: XmlStyle = {}): WriteXml {
  const parts =
    members.filter(member => !member.attribute).map(member => ({ name: member.name, write: memberWriter(model, member, member.xmlName ?? member.name, style) }))
  return value => {
    let text = ''
    for (const { name, write } of parts) {
      const item = value[name]
      if (item !== undefined && item !== null) text += write(item)
    }
    return text
  }
}

function memberWriter(model: ServiceModel, member: Member, name: string, style: XmlStyle): WriteXml {
  const shape = typeof member.shape === 'number' ? model.shapes[member.shape]! : undefined
  const begin = `<${name}${namespaceText(member.xmlNamespace)}`
  const end = `</${name}>`
  if (!shape) return value => `${begin}>${escapeXml(formatSimple(member, value, 'date-time'))}${end}`
  if (shape.type === 'list') {
    const item = lazily(() => memberWriter(model, shape.member, member.flattened ? name : shape.member.xmlName ?? 'member', style))
    const items: WriteXml = value => Array.from(value as Iterable<unknown>, each => each === null || each === undefined ? '' : item(each)).join('')
    return member.flattened ? items : value => `${begin}>${items(value)}${end}`
  }
  if (shape.type === 'map') {
    const key = memberWriter(model, shape.key, shape.key.xmlName ?? 'key', style)
    const entry = lazily(() => memberWriter(model, shape.value, shape.value.xmlName ?? 'value', style))
    const [open, close] = member.flattened ? [`${begin}>`, end] : ['<entry>', '</entry>']
    const entries: WriteXml = value =>
      Object.entries(value).map(([k, v]) => v === undefined || v === null ? '' : `${open}${key(k)}${entry(v)}${close}`).join('')
    return member.flattened ? entries : value => `${begin}>${entries(value)}${end}`
  }
  const content = shapeWriter(model, member.shape, style)
  // A structure's own namespace counts at the root; within, only the prefix that its attributes need.
  const own = !member.xmlNamespace && Array.isArray(shape.xmlNamespace) ? namespaceText(shape.xmlNamespace) : ''
  const attributes = attributesWriter(shape.members)
  return value => `${begin}${own}${attributes(value)}>${content(value)}${end}`
}

/** A writer of the members that lie on a structure's own element. */
export function attributesWriter(members: Member[]): WriteXml {
  const attributes = members.filter(member => member.attribute)
  if (attributes.length === 0) return () => ''
  const written = (member: Member, value: unknown) => ` ${member.xmlName ?? member.name}="${escapeXml(formatSimple(member, value, 'date-time'))}"`
  return value => attributes.map(member => value[member.name] === undefined ? '' : written(member, value[member.name])).join('')
}

/** The writer of a structure's content, shared by all members of that shape; a shape may hold itself. */
function shapeWriter(model: ServiceModel, ref: ShapeRef, style: XmlStyle): WriteXml {
  let cache = writers.get(model)
  if (!cache) writers.set(model, cache = new Map())
  const key = `${ref}${style.ec2 ? 'e' : ''}`
  return lazily(() => {
    const known = cache.get(key)
    if (known) return known
    const shape = model.shapes[ref as number] as { members: Member[] }
    const made = xmlStructureWriter(model, shape.members, style)
    cache.set(key, made)
    return made
  })
}

function lazily(make: () => WriteXml): WriteXml {
  let made: WriteXml | undefined
  return value => (made ??= make())(value)
}

