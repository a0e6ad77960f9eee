import { randomFillSync, randomUUID } from 'node:crypto'

/** One system call fills it for some hundred ids; bytes are handed out once. */
const pool = Buffer.allocUnsafeSlow(4096)
let used = pool.length

function randomBytes(count: number): Buffer {
  if (count > pool.length) return randomFillSync(Buffer.allocUnsafe(count))
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + count))
  pool.fill(0, used, used += count)
  return bytes
}

/** A random UUID, as request ids and most resource ids are. */
export const newUuid = (): string => randomUUID()

/** Random hexadecimal digits. */
export const newHex = (digits: number): string => randomBytes(Math.ceil(digits / 2)).toString('hex').slice(0, digits)

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const lower = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Random characters of an alphabet of at most 256. */
export function newCode(length: number, alphabet: string = lower): string {
  let code = ''
  for (const byte of randomBytes(length)) code += alphabet[byte % alphabet.length]
  return code
}

/** The part of an IAM id or access key after its prefix: `AIDA` + 17 of A-Z and 2-7. */
export const newIamSuffix = (length = 17): string => newCode(length, upper)

/** Digits for the ids of traces, which every request draws and which are no secret: written once for some fifty requests. */
let digits = ''
let drawn = 0

function traceDigits(count: number): string {
  if (drawn + count > digits.length) {
    digits = randomFillSync(Buffer.allocUnsafe(1024)).toString('hex')
    drawn = 0
  }
  return digits.slice(drawn, drawn += count)
}

let second = { at: -1, digits: '' }

/** `1-58406520-a006649127e371903a2de979`: X-Ray's trace id, which begins with the time in seconds. */
export function newTraceId(nowMs: number): string {
  const at = Math.floor(nowMs / 1000)
  if (at !== second.at) second = { at, digits: at.toString(16).padStart(8, '0') }
  return `1-${second.digits}-${traceDigits(24)}`
}

/** 16 hexadecimal digits: the id of a trace segment. */
export const newSegmentId = (): string => traceDigits(16)
