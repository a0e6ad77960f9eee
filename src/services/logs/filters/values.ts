import { InvalidParameterException } from '../state.ts'

export const invalidPattern = (pattern: string) => new InvalidParameterException(`Invalid filter pattern: ${pattern.slice(0, 128)}`)

/** A value in which `*` stands for any text. */
export function wildcard(text: string): (value: string) => boolean {
  const expression = new RegExp(`^${text.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s\\S]*')}$`)
  return value => expression.test(value)
}

/** AWS's expressions know sets, `.`, anchors, alternatives and quantifiers: a part of JavaScript's. */
export function regularExpression(source: string, pattern: string): (value: string) => boolean {
  // Groups that repeat what repeats could run for ever on a hostile line; AWS has no groups at all.
  if (/[()]/.test(source.replace(/\\./g, ''))) throw invalidPattern(pattern)
  try {
    const expression = new RegExp(source)
    return value => expression.test(value)
  } catch {
    throw invalidPattern(pattern)
  }
}

/** A number's test against a bound; undefined where the operator compares no numbers. */
export function numberTest(operator: string, bound: number): ((value: number) => boolean) | undefined {
  switch (operator) {
    case '<': return value => value < bound
    case '<=': return value => value <= bound
    case '>': return value => value > bound
    case '>=': return value => value >= bound
    default: return undefined
  }
}
