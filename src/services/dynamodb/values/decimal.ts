import { ValidationException } from '../../../platform/errors.ts'

/**
 * An exact decimal of at most 38 significant digits: sign * 0.d1d2d3... * 10^exponent. `digits` has no zero at either end; zero is
 * `{ negative: false, digits: '', exponent: 0 }`.
 */
export interface Decimal { negative: boolean, digits: string, exponent: number }

const digitsMax = 38
// 9.99...E+125 is the largest magnitude and 1E-130 the smallest, as 0.d * 10^exponent.
const exponentMax = 126
const exponentMin = -129
const shape = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/

/** Reads a number as DynamoDB takes it; throws its ValidationException where it is none or lies outside of what it stores. */
export function parseDecimal(text: string): Decimal {
  const match = shape.exec(text)
  if (!match || (!match[2] && !match[3])) {
    throw new ValidationException(
      text.trim() === '' ? 'The parameter cannot be converted to a numeric value' : `The parameter cannot be converted to a numeric value: ${text}`
    )
  }
  const whole = match[2]!
  const all = whole + (match[3] ?? '')
  const digits = all.replace(/^0+/, '')
  const leadingZeros = all.length - digits.length
  return bounded({ negative: match[1] === '-', digits: digits.replace(/0+$/, ''), exponent: whole.length - leadingZeros + Number(match[4] ?? 0) })
}

function bounded(value: Decimal): Decimal {
  if (value.digits === '') return { negative: false, digits: '', exponent: 0 }
  if (value.exponent > exponentMax) throw new ValidationException('Number overflow. Attempting to store a number with magnitude larger than supported range')
  if (value.exponent < exponentMin) throw new ValidationException('Number underflow. Attempting to store a number with magnitude smaller than supported range')
  if (value.digits.length > digitsMax) throw new ValidationException('Attempting to store more than 38 significant digits in a Number')
  return value
}

/** Plain digits without an exponent, as DynamoDB returns every number. */
export function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`
  if (exponent >= digits.length) return sign + digits + '0'.repeat(exponent - digits.length)
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

/** The number as DynamoDB stores and returns it: `1.50` is `1.5`, `1e3` is `1000`. */
export const normalizeNumber = (text: string): string => /^(?:0|-?[1-9]\d{0,17})$/.test(text) ? text : formatDecimal(parseDecimal(text))

/** The exact sum, or difference; the result is bounded as a stored number is. */
export function addNumbers(a: string, b: string, subtract = false): string {
  const left = parseDecimal(a)
  const right = parseDecimal(b)
  const scale = Math.max(left.digits.length - left.exponent, right.digits.length - right.exponent, 0)
  const sum = subtract ? scaled(left, scale) - scaled(right, scale) : scaled(left, scale) + scaled(right, scale)
  const negative = sum < 0n
  const all = (negative ? -sum : sum).toString()
  if (sum === 0n) return '0'
  return formatDecimal(bounded({ negative, digits: all.replace(/0+$/, ''), exponent: all.length - scale }))
}

/** The value times 10^scale, whole. */
function scaled({ negative, digits, exponent }: Decimal, scale: number): bigint {
  if (digits === '') return 0n
  const whole = BigInt(digits + '0'.repeat(exponent - digits.length + scale))
  return negative ? -whole : whole
}

export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  const left = sortableNumber(a)
  const right = sortableNumber(b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** Text that sorts as the numbers do: sign, exponent, digits; of a negative number both inverted. */
export function sortableNumber(text: string): string {
  const { negative, digits, exponent } = parseDecimal(text)
  if (digits === '') return 'o'
  const body = String(exponent + 500) + digits
  if (!negative) return `p${body}`
  let inverted = ''
  for (const digit of body) inverted += 9 - Number(digit)
  return `n${inverted}~`
}

/** Bytes that a number takes: one for two significant digits, one more, and one for a minus. */
export function numberSizeBytes(text: string): number {
  const digits = text.replace(/^-?0*\.?0*|\./g, '').replace(/0+$/, '').length
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0)
}
