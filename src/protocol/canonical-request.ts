import { decodePercent, header } from './wire.ts'
import type { WireRequest } from './wire.ts'

const plainPath = /^[A-Za-z0-9\-_.~/]*$/
const plainText = /^[A-Za-z0-9\-_.~]*$/

/** Percent-encodes as AWS signs: everything but letters, digits and `-_.~`, hexadecimal digits in upper case. */
export function encodePercent(text: string): string {
  if (plainText.test(text)) return text
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed())
    .replace(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase())
}

/**
 * The path as it was signed. S3 signs the encoded path as it is; every other service normalises it and encodes it once more.
 */
export function canonicalPath(path: string, s3: boolean): string {
  if (s3) return plainPath.test(path) ? path || '/' : path.split('/').map((segment) => encodePercent(decodePercent(segment) ?? segment)).join('/')
  if (path === '/' || path === '') return '/'
  const normal = path.includes('//') || path.includes('/.') ? normalise(path) : path
  return plainPath.test(normal) ? normal : normal.split('/').map(encodePercent).join('/')
}

/** Removes empty, `.` and `..` segments. */
function normalise(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') kept.pop()
    else kept.push(segment)
  }
  return '/' + kept.join('/') + (path.endsWith('/') && kept.length > 0 ? '/' : '')
}

/** The query as it was signed: encoded afresh, sorted, without the signature itself. */
export function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs: [string, string][] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = recode(equals < 0 ? part : part.slice(0, equals))
    if (name !== 'X-Amz-Signature') pairs.push([name, equals < 0 ? '' : recode(part.slice(equals + 1))])
  }
  pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0))
  let text = ''
  for (const [name, value] of pairs) text += (text === '' ? '' : '&') + name + '=' + value
  return text
}

function recode(text: string): string {
  if (plainText.test(text)) return text
  const spaced = text.replaceAll('+', ' ')
  return encodePercent(decodePercent(spaced) ?? spaced)
}

/** `name:value\n` for each signed header, runs of blanks as one. A header that was not sent counts as empty, so it does not match. */
export function canonicalHeaders(request: WireRequest, names: readonly string[], repeated: boolean): string {
  let text = ''
  for (const name of names) text += name + ':' + trimmed((repeated ? everyValue(request, name) : header(request, name)) ?? '') + '\n'
  return text
}

/** Node joins repeated headers with a comma and a blank, where AWS signs a comma alone. */
function everyValue(request: WireRequest, name: string): string {
  const values: string[] = []
  const raw = request.rawHeaders ?? []
  for (let i = 0; i + 1 < raw.length; i += 2) if (raw[i]!.toLowerCase() === name) values.push(trimmed(raw[i + 1]!))
  return values.join(',')
}

function trimmed(value: string): string {
  const text = value.trim()
  return text.includes('  ') ? text.replace(/ +/g, ' ') : text
}

export interface CanonicalOptions { signedHeaders: readonly string[], payloadHash: string, s3: boolean, repeated: boolean }

/** The whole canonical request. `repeated`: with repeated headers joined by a bare comma (slower). */
export function canonicalRequest(request: WireRequest, options: CanonicalOptions): string {
  return request.method + '\n' + canonicalPath(request.path, options.s3) + '\n' + canonicalQuery(request.query) + '\n'
    + canonicalHeaders(request, options.signedHeaders, options.repeated) + '\n' + options.signedHeaders.join(';') + '\n' + options.payloadHash
}
