import { AwsError } from '../../platform/errors.ts'

/** What a form's policy allows beside its fields: how large the file may be, in bytes. */
export interface FileSize { min: number, max: number }

/** Fields that no condition has to name. */
const unnamed = new Set(['policy', 'x-amz-signature', 'signature', 'awsaccesskeyid', 'file'])

const invalid = (what: string) => new AwsError('InvalidPolicyDocument', `Invalid Policy: ${what}`)
const against = (what: string) => new AwsError('AccessDenied', `Invalid according to Policy: ${what}`, { status: 403 })

/**
 * Checks the fields of a form, its bucket among them, against its policy; answers the bounds of its file. InvalidPolicyDocument for a policy that is none,
 * AccessDenied where it is over, a condition does not hold, or a field has no condition.
 * docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPolicy(encoded: string, fields: ReadonlyMap<string, string>, nowMs: number): FileSize {
  const { expiration, conditions } = parse(encoded)
  const read = conditions.flatMap(conditionsOf)
  if (expiration <= nowMs) throw against('Policy expired.')
  const size = { min: 0, max: Infinity }
  const named = new Set<string>()
  for (const condition of read) {
    if ('min' in condition) {
      Object.assign(size, { min: Math.max(size.min, condition.min), max: Math.min(size.max, condition.max) })
      continue
    }
    named.add(condition.name)
    if (!holds(condition, fields.get(condition.name) ?? '')) {
      throw against(`Policy Condition failed: ["${condition.operation}", "$${condition.given}", ${JSON.stringify(condition.value)}]`)
    }
  }
  const extra = [...fields.keys()].filter(name => !named.has(name) && !unnamed.has(name) && !name.startsWith('x-ignore-'))
  if (extra.length > 0) throw against(`Extra input fields: ${extra.join(', ')}`)
  return size
}

function parse(encoded: string): { expiration: number, conditions: unknown[] } {
  let document: any
  try {
    document = JSON.parse(Buffer.from(encoded, 'base64').toString())
  } catch {
    throw invalid('Invalid JSON.')
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalid('Invalid JSON.')
  const unknown = Object.keys(document).find(key => key !== 'expiration' && key !== 'conditions')
  if (unknown !== undefined) throw invalid(`Unexpected: '${unknown}'`)
  if (document.expiration === undefined) throw invalid('Policy missing expiration.')
  if (!Array.isArray(document.conditions)) throw invalid('Policy missing conditions.')
  const text = String(document.expiration)
  const expiration = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(expiration)) throw invalid(`Invalid 'expiration' value: '${text}'`)
  return { expiration, conditions: document.conditions }
}

type Condition = { operation: 'eq' | 'starts-with', name: string, given: string, value: string } | FileSize

/** `{"acl": "private"}`, `["eq", "$acl", "private"]`, `["starts-with", "$key", "user/"]`, `["content-length-range", 1, 100]`. */
function conditionsOf(condition: unknown): Condition[] {
  if (Array.isArray(condition)) return [listed(condition)]
  if (typeof condition !== 'object' || condition === null) throw invalid('Invalid Condition: must be a list or an object.')
  const entries = Object.entries(condition)
  if (entries.length !== 1) throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
  return entries.map(([given, value]) => {
    if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
    return { operation: 'eq', name: given.toLowerCase(), given, value }
  })
}

function listed([first, second, third, ...more]: unknown[]): Condition {
  const operation = String(first).toLowerCase()
  if (third === undefined || more.length > 0) throw invalid('Invalid Condition: wrong number of arguments.')
  if (operation === 'content-length-range') {
    const [min, max] = [second, third].map(each => /^\d{1,15}$/.test(String(each)) ? Number(each) : Number.NaN) as [number, number]
    if (Number.isNaN(min) || Number.isNaN(max)) throw invalid('Invalid Content-Length-Range: arguments must be non-negative integers.')
    return { min, max }
  }
  if (operation !== 'eq' && operation !== 'starts-with') throw invalid(`Invalid Condition: unknown operation '${String(first)}'.`)
  if (typeof second !== 'string' || typeof third !== 'string') throw invalid('Invalid Condition: arguments must be strings.')
  if (!second.startsWith('$')) throw invalid('Invalid Condition: the name of a field must begin with $.')
  const given = second.slice(1)
  return { operation, name: given.toLowerCase(), given, value: third }
}

function holds({ operation, name, value }: Exclude<Condition, FileSize>, field: string): boolean {
  if (operation === 'eq') return field === value
  // Of content types that are listed with commas, each one has to begin so.
  const given = name === 'content-type' ? field.split(',').map(each => each.trim()) : [field]
  return given.every(each => each.startsWith(value))
}
