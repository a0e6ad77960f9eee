/** A value in a query: text, a number, true or false, a time, what JSON holds, or nothing. */
export type Value = string | number | boolean | Date | object | null | undefined

/** The number that a value is, also where it is written as text; undefined where it is none. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.getTime()
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

/** A value as a result shows it; undefined for nothing, which a result leaves out. */
export function textOf(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, -1)
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const isTrue = (value: Value): boolean => value === true || (typeof value === 'number' && value !== 0)

/** The order of two values: as numbers where both are some, otherwise as text; nothing comes first. */
export function compareValues(a: Value, b: Value): number {
  const [x, y] = [numberOf(a), numberOf(b)]
  if (x !== undefined && y !== undefined) return x - y
  const [s, t] = [textOf(a), textOf(b)]
  if (s === undefined || t === undefined) return s === t ? 0 : s === undefined ? -1 : 1
  return s < t ? -1 : s > t ? 1 : 0
}

/** A regular expression of a query; `(?i)` anywhere in it makes it blind to case. Undefined for what is none, or could run for ever. */
export function expressionOf(source: string): RegExp | undefined {
  const plain = source.replaceAll('(?i)', '').replaceAll('(?P<', '(?<')
  if (repeatsRepetition(plain)) return undefined
  try {
    return new RegExp(plain, plain === source ? '' : 'i')
  } catch {
    return undefined
  }
}

/** A repeated group with a repetition or alternatives in it, `(a+)+` or `(a|aa)+`, takes for ever on some lines. */
function repeatsRepetition(source: string): boolean {
  const open: boolean[] = []
  const text = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open.push(false)
    else if (text[at] === ')') {
      const repeats = open.pop() ?? false
      if (repeats && /[*+{]/.test(text[at + 1] ?? '')) return true
      if (repeats && open.length > 0) open[open.length - 1] = true
    } else if (/[*+{|]/.test(text[at]!) && open.length > 0) open[open.length - 1] = true
  }
  return false
}
