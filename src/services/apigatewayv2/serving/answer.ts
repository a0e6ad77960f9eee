import type { HttpResponse } from '../../../contracts/call.ts'

export const message = (status: number, text: string): HttpResponse =>
  ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) })

/** What a function answered, as HTTP. Format 2.0 infers a response from what has no status code; format 1.0 takes no other form. */
export function answerOf(payload: Uint8Array, version: '1.0' | '2.0'): HttpResponse {
  const text = Buffer.from(payload).toString()
  const value = parse(text)
  if (version === '2.0' && !hasStatus(value)) return { status: 200, headers: { 'content-type': 'application/json' }, body: typeof value === 'string' ? value : text }
  if (!hasStatus(value)) return message(500, 'Internal Server Error')
  const status = Number(value.statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599 || (value.body !== undefined && value.body !== null && typeof value.body !== 'string' && version === '1.0')) {
    return message(500, 'Internal Server Error')
  }
  const headers: Record<string, string | string[]> = {}
  for (const [name, each] of Object.entries<any>(value.headers ?? {})) if (each !== null && each !== undefined) headers[name.toLowerCase()] = String(each)
  for (const [name, each] of Object.entries<any>(value.multiValueHeaders ?? {})) if (Array.isArray(each)) headers[name.toLowerCase()] = each.map(String)
  if (Array.isArray(value.cookies) && version === '2.0') headers['set-cookie'] = value.cookies.map(String)
  const bytes = value.body === undefined || value.body === null ? '' : typeof value.body === 'string' ? value.body : JSON.stringify(value.body)
  if (bytes !== '') headers['content-type'] ??= version === '2.0' && typeof value.body !== 'string' ? 'application/json' : 'text/plain;charset=UTF-8'
  return { status, headers, body: value.isBase64Encoded === true ? Buffer.from(bytes, 'base64') : bytes }
}

function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const hasStatus = (value: any): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && value.statusCode !== undefined
