import { hash } from 'node:crypto'
import { canonicalRequest } from './canonical-request.ts'
import type { SignatureFault } from './signature-errors.ts'
import { sameText, signatureOf, signingKey, type SigningKey } from './signing-key.ts'
import { header, queryPairs } from './wire.ts'
import type { WireRequest } from './wire.ts'

export const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const skewMaxMs = 15 * 60_000
const expiresMaxSeconds = 604_800
const algorithm = 'AWS4-HMAC-SHA256'

/** What a caller says about who signed a request, parsed and not yet believed. */
export interface Signature {
  presigned: boolean
  accessKeyId: string
  /** `20260131` */
  date: string
  region: string
  service: string
  signedHeaders: readonly string[]
  signature: string
  /** `20260131T120000Z` */
  time: string
  timeMs: number
  expiresSeconds?: number
  /** Of version 2 (see sigv2.ts), which says until when and not since when. */
  expiresAtMs?: number
  sessionToken?: string
  /** What requests with the same credential and headers share. */
  front?: Front
}

/** A signature that cannot be right; the gateway words it as the service would. */
export class SignatureFaultError extends Error {
  readonly fault: SignatureFault
  constructor(fault: SignatureFault) {
    super(fault.kind)
    this.fault = fault
  }
}

export function refuse(fault: SignatureFault): never {
  throw new SignatureFaultError(fault)
}

/** Reads the signature of a request, from its Authorization header or its query. Undefined where it has none. Throws SignatureFaultError. */
export function parseSignature(request: WireRequest): Signature | undefined {
  const authorization = header(request, 'authorization')
  if (authorization !== undefined) return parseHeader(request, authorization)
  if (request.query === '') return undefined
  if (request.query.includes('X-Amz-')) return parseQuery(request)
  if (/(?:^|&)AWSAccessKeyId=/.test(request.query) && /(?:^|&)Signature=/.test(request.query)) {
    refuse({ kind: 'unsupported', message: 'Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256.' })
  }
  return undefined
}

/** The fields of an Authorization header seldom change between two requests but for the signature, so its front is remembered. */
const signatureField = 'Signature='
const fronts = new Map<string, Front>()
interface Front extends Scope {
  signedHeaders: readonly string[]
  /** The key and the secret that it was made of, once a request was verified. */
  key?: { secret: string, signing: SigningKey }
}
interface Scope { accessKeyId: string, date: string, region: string, service: string }

function parseHeader(request: WireRequest, authorization: string): Signature | undefined {
  const end = authorization.length - signatureField.length - 64
  // The signature comes last, as every SDK has it; elsewhere it is looked for.
  const comma = end > 0 && authorization.startsWith(signatureField, end) ? end : authorization.lastIndexOf(signatureField)
  const frontText = comma < 0 ? authorization : authorization.slice(0, comma)
  let front = fronts.get(frontText)
  const signature = comma < 0 ? '' : authorization.slice(comma + 10).trim()
  if (front === undefined || signature.includes(',')) {
    const parsed = parseFields(authorization)
    if (parsed === undefined) return undefined
    front = parsed.front
    if (fronts.size > 2000) fronts.clear()
    if (!signature.includes(',') && frontText.length < 1000) fronts.set(frontText, front)
    else return complete(request, front, parsed.signature)
  }
  return complete(request, front, signature)
}

function complete(request: WireRequest, front: Front, signature: string): Signature {
  const time = header(request, 'x-amz-date') ?? header(request, 'date')
  const moment = time === undefined ? undefined : momentOf(time)
  if (moment === undefined) {
    refuse({
      kind: 'incomplete',
      message: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      s3: 'a valid Date or x-amz-date header is required.',
    })
  }
  if (!moment.time.startsWith(front.date)) {
    const date = moment.time.slice(0, 8)
    refuse({
      kind: 'mismatch',
      message: `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${front.date}' != '${date}', from '${time}'.`,
    })
  }
  return {
    presigned: false, accessKeyId: front.accessKeyId, date: front.date, region: front.region, service: front.service,
    signedHeaders: front.signedHeaders, signature, time: moment.time, timeMs: moment.timeMs, sessionToken: header(request, 'x-amz-security-token'), front,
  }
}

/** Undefined for an Authorization header that is not AWS's at all (Bearer, Basic): such a request counts as unsigned. */
function parseFields(authorization: string): { front: Front, signature: string } | undefined {
  const blank = authorization.indexOf(' ')
  const scheme = blank < 0 ? authorization : authorization.slice(0, blank)
  if (scheme === 'AWS4-ECDSA-P256-SHA256') refuse({ kind: 'unsupported', message: 'Signature Version 4A is not supported. Please use AWS4-HMAC-SHA256.' })
  if (scheme === 'AWS') refuse({ kind: 'unsupported', message: 'Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256.' })
  if (scheme !== algorithm) {
    if (!scheme.startsWith('AWS')) return undefined
    refuse({ kind: 'unsupported', message: `Unsupported AWS 'algorithm': '${scheme}'.` })
  }
  const fields = new Map<string, string>()
  for (const part of (blank < 0 ? '' : authorization.slice(blank + 1)).split(/[,\s]+/)) {
    if (part === '') continue
    const equals = part.indexOf('=')
    if (equals < 0) {
      refuse({
        kind: 'incomplete',
        message: `'${part}' not a valid key=value pair (missing equal-sign) in Authorization header: '${authorization}'.`,
        s3: threeComponents,
      })
    }
    fields.set(part.slice(0, equals), part.slice(equals + 1))
  }
  const absent = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !fields.get(name))
  if (absent.length > 0) {
    const message = absent.map((name) => `Authorization header requires '${name}' parameter.`).join(' ')
    refuse({ kind: 'incomplete', message: `${message} Authorization=${authorization}`, s3: threeComponents })
  }
  return {
    front: { ...scopeOf(fields.get('Credential')!, false), signedHeaders: signedHeadersOf(fields.get('SignedHeaders')!, false) },
    signature: fields.get('Signature')!,
  }
}

const threeComponents = 'the authorization header requires three components: Credential, SignedHeaders, and Signature.'
const credentialForm = 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'

/** An access key may hold slashes (a word of a newcomer's may), so the scope is taken from the end. */
export function scopeOf(credential: string, presigned: boolean): Scope {
  const parts = credential.split('/')
  const end = parts.length
  const [date, region, service] = [parts[end - 4], parts[end - 3], parts[end - 2]]
  const accessKeyId = parts.slice(0, Math.max(0, end - 4)).join('/')
  const isScope = parts[end - 1] === 'aws4_request' && /^\d{8}$/.test(date ?? '') && /^[a-z0-9-]{1,40}$/.test(region!) && /^[a-zA-Z0-9-]{1,60}$/.test(service!)
  if (!isScope || accessKeyId === '' || accessKeyId.length > 128) {
    const s3 = presigned
      ? `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; ${credentialForm}`
      : `the Credential is mal-formed; ${credentialForm}`
    refuse({
      kind: 'incomplete',
      presigned,
      s3,
      message: `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    })
  }
  return { accessKeyId, date: date!, region: region!, service: service! }
}

function signedHeadersOf(text: string, presigned: boolean): string[] {
  const names = text.toLowerCase().split(';')
  if (names.length > 200 || !names.includes('host') && !names.includes(':authority')) {
    refuse({
      kind: 'incomplete',
      presigned,
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      s3: "'host' must be one of the SignedHeaders.",
    })
  }
  return names
}

const everyParameter = 'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, ' +
  'X-Amz-SignedHeaders, and X-Amz-Expires parameters.'
const queryNames = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-Date', 'X-Amz-SignedHeaders'] as const

function parseQuery(request: WireRequest): Signature | undefined {
  const query = new Map(queryPairs(request.query))
  if (!query.has('X-Amz-Algorithm') && !query.has('X-Amz-Signature') && !query.has('X-Amz-Credential')) return undefined
  const given = query.get('X-Amz-Algorithm')
  const fault = (s3: string, message = s3): never => refuse({ kind: 'incomplete', presigned: true, message, s3 })
  if (given === 'AWS4-ECDSA-P256-SHA256') refuse({ kind: 'unsupported', message: 'Signature Version 4A is not supported. Please use AWS4-HMAC-SHA256.' })
  const absent = queryNames.filter((name) => !query.get(name))
  if (absent.length > 0) {
    fault(everyParameter,
      absent.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '))
  }
  if (given !== algorithm) fault('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"', `Unsupported AWS 'algorithm': '${given}'.`)
  const scope = scopeOf(query.get('X-Amz-Credential')!, true)
  const time = query.get('X-Amz-Date')!
  if (!/^\d{8}T\d{6}Z$/.test(time) || Number.isNaN(timeOf(time))) fault('X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"')
  if (time.slice(0, 8) !== scope.date) {
    fault(`Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`)
  }
  return {
    presigned: true, ...scope, signedHeaders: signedHeadersOf(query.get('X-Amz-SignedHeaders')!, true), signature: query.get('X-Amz-Signature')!,
    time, timeMs: timeOf(time), expiresSeconds: expiresOf(query.get('X-Amz-Expires'), scope.service, fault),
    sessionToken: query.get('X-Amz-Security-Token') ?? header(request, 'x-amz-security-token'),
  }
}

function expiresOf(text: string | undefined, service: string, fault: (message: string) => never): number {
  if (text === undefined) {
    // Only S3 insists; the other services give a URL without X-Amz-Expires the time that a signed header has.
    if (service !== 's3') return skewMaxMs / 1000
    fault(everyParameter)
  }
  if (!/^-?\d{1,18}$/.test(text)) fault('X-Amz-Expires should be a number')
  const seconds = Number(text)
  if (seconds < 0) fault('X-Amz-Expires must be non-negative')
  if (seconds > expiresMaxSeconds) {
    fault('X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds')
  }
  return seconds
}

interface Moment { time: string, timeMs: number }
/** The requests of a second say the same. */
let latest: { said: string, moment: Moment | undefined } = { said: '', moment: undefined }

/** Of either form of date; undefined where it is neither. */
function momentOf(time: string): Moment | undefined {
  if (time !== latest.said) latest = { said: time, moment: parseMoment(time) }
  return latest.moment
}

function parseMoment(time: string): Moment | undefined {
  const isStamp = /^\d{8}T\d{6}Z$/.test(time)
  const timeMs = isStamp ? timeOf(time) : time.length < 60 ? Date.parse(time) : Number.NaN
  if (Number.isNaN(timeMs) || Math.abs(timeMs) > 8e15) return undefined
  return { time: isStamp ? time : stamp(timeMs), timeMs }
}

function timeOf(time: string): number {
  return Date.UTC(+time.slice(0, 4), +time.slice(4, 6) - 1, +time.slice(6, 8), +time.slice(9, 11), +time.slice(11, 13), +time.slice(13, 15))
}

const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '')

/** Refuses a signature made too long ago or in the future. `nowMs`: milliseconds since 1970. Throws SignatureFaultError. */
export function checkTime(signature: Signature, nowMs: number): void {
  const { timeMs, expiresSeconds, expiresAtMs } = signature
  if (expiresAtMs !== undefined) {
    if (nowMs > expiresAtMs) refuse({ kind: 'url-expired', expires: iso(expiresAtMs), serverTime: iso(nowMs) })
    return
  }
  if (expiresSeconds !== undefined) {
    if (nowMs > timeMs + expiresSeconds * 1000) refuse({
      kind: 'url-expired',
      expiresSeconds,
      expires: iso(timeMs + expiresSeconds * 1000),
      serverTime: iso(nowMs),
    })
  } else if (timeMs < nowMs - skewMaxMs) {
    refuse(skewed(signature, nowMs, `Signature expired: ${signature.time} is now earlier than ${stamp(nowMs - skewMaxMs)} (${stamp(nowMs)} - 15 min.)`))
  }
  if (timeMs > nowMs + skewMaxMs) {
    refuse(skewed(signature, nowMs, `Signature not yet current: ${signature.time} is still later than ${stamp(nowMs + skewMaxMs)} (${stamp(nowMs)} + 15 min.)`))
  }
}

const skewed = (signature: Signature, nowMs: number, message: string): SignatureFault =>
  ({ kind: 'skewed', message, requestTime: signature.time, serverTime: iso(nowMs) })

/** On S3, every header that begins `x-amz-` must be signed, so that none can be slipped into a signed request. */
export function checkSignedHeaders(request: WireRequest, signature: Signature): void {
  const unsigned: string[] = []
  for (const name in request.headers) {
    if (name.startsWith('x-amz-') && !signature.signedHeaders.includes(name) && !(signature.presigned && name === 'x-amz-content-sha256')) unsigned.push(name)
  }
  if (unsigned.length > 0) refuse({ kind: 'unsigned-headers', names: unsigned.join(', ') })
}

/** Verifies the signature against a secret. `payloadHash`: as it stands in the canonical request. Throws SignatureFaultError. */
export function verifySignature(request: WireRequest, signature: Signature, options: { secretAccessKey: string, payloadHash: string, s3: boolean }): void {
  const key = keyOf(signature, options.secretAccessKey)
  const { signedHeaders } = signature
  const canonical = canonicalRequest(request, { signedHeaders, payloadHash: options.payloadHash, s3: options.s3, repeated: false })
  const toSign = stringToSign(signature, canonical)
  if (sameText(signatureOf(key, toSign), signature.signature)) return
  if (request.rawHeaders !== undefined) {
    const again = canonicalRequest(request, { signedHeaders, payloadHash: options.payloadHash, s3: options.s3, repeated: true })
    if (again !== canonical && sameText(signatureOf(key, stringToSign(signature, again)), signature.signature)) return
  }
  refuse({ kind: 'mismatch', accessKeyId: signature.accessKeyId, signature: signature.signature, stringToSign: toSign, canonicalRequest: canonical })
}

function keyOf({ front, date, region, service }: Signature, secret: string): SigningKey {
  if (front?.key?.secret === secret) return front.key.signing
  const signing = signingKey(secret, date, region, service)
  if (front) front.key = { secret, signing }
  return signing
}

/** `20260131/eu-west-1/s3/aws4_request` */
export const scopeText = (signature: Signature) => `${signature.date}/${signature.region}/${signature.service}/aws4_request`

function stringToSign(signature: Signature, canonical: string): string {
  return algorithm + '\n' + signature.time + '\n' + scopeText(signature) + '\n' + hash('sha256', canonical, 'hex')
}
