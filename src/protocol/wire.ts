/** A request as it came in, before anybody has made sense of it. */
export interface WireRequest {
  method: string
  /** As sent, percent-encoded, without the query. */
  path: string
  /** As sent, without `?`; '' where there is none. */
  query: string
  /** Names in lower case, as node:http gives them. */
  headers: Record<string, string | string[] | undefined>
  /** Name, value, name, value, as sent. */
  rawHeaders?: readonly string[]
}

/** The header's value, the values joined where it was sent more than once; undefined where it was not sent. */
export function header(request: { headers: WireRequest['headers'] }, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

/** Splits the target of a request line into path and query; an absolute target loses its scheme and host. */
export function splitTarget(target: string): { path: string, query: string } {
  let start = 0
  if (target.charCodeAt(0) !== 47) {
    const scheme = target.indexOf('://')
    const slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3)
    if (slash < 0) return { path: '/', query: '' }
    start = slash
  }
  const mark = target.indexOf('?', start)
  return mark < 0 ? { path: target.slice(start), query: '' } : { path: target.slice(start, mark), query: target.slice(mark + 1) }
}

/** The parameters of a raw query, decoded, in the order sent. A malformed escape is kept as it is. */
export function queryPairs(query: string): [name: string, value: string][] {
  if (query === '') return []
  const pairs: [string, string][] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    pairs.push(equals < 0 ? [decodeQuery(part), ''] : [decodeQuery(part.slice(0, equals)), decodeQuery(part.slice(equals + 1))])
  }
  return pairs
}

/** Percent-decodes a part of a query, `+` as a space; returns it unchanged where an escape is malformed. */
export function decodeQuery(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return decodePercent(spaced) ?? spaced
}

/** Percent-decodes; undefined where an escape is malformed. */
export function decodePercent(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
