import { ValidationException } from '../../../platform/errors.ts'

export interface Token {
  kind: 'word' | 'name' | 'value' | 'index' | 'symbol' | 'end'
  text: string
  start: number
  end: number
}

const token = /\s+|([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])|([^])/uy

export type ExpressionName = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression' | 'UpdateExpression' | 'ProjectionExpression'

const sizeBytesMax = 4096

/** Cuts an expression into tokens; the last one is the end. */
export function tokenize(expression: ExpressionName, source: string): Token[] {
  if (source.trim() === '') throw new ValidationException(`Invalid ${expression}: The expression can not be empty;`)
  const sizeBytes = Buffer.byteLength(source)
  if (sizeBytes > sizeBytesMax) {
    throw new ValidationException(`Invalid ${expression}: Expression size has exceeded the maximum allowed size; expression size: ${sizeBytes}`)
  }
  const tokens: Token[] = []
  token.lastIndex = 0
  for (let match = token.exec(source); match; match = token.exec(source)) {
    const [text, word, name, value, index, symbol, other] = match
    const start = match.index
    const kind = word ? 'word' : name ? 'name' : value ? 'value' : index ? 'index' : symbol || other ? 'symbol' : undefined
    if (kind) tokens.push({ kind, text, start, end: start + text.length })
    if (token.lastIndex >= source.length) break
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: source.length, end: source.length })
  return tokens
}

/** AWS shows the token with its neighbours, as they stand in the source. */
export function syntaxError(expression: ExpressionName, source: string, tokens: Token[], at: number): Error {
  const first = tokens[Math.max(0, at - 1)]!
  const last = tokens.slice(0, at + 2).findLast(({ kind }) => kind !== 'end')!
  return new ValidationException(`Invalid ${expression}: Syntax error; token: "${tokens[at]!.text}", near: "${source.slice(first.start, last.end)}"`)
}
