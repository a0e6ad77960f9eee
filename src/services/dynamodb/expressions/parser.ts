import { ValidationException } from '../../../platform/errors.ts'
import type { Operand, Path } from './ast.ts'
import type { Placeholders } from './placeholders.ts'
import { reservedWords } from './reserved-words.ts'
import { syntaxError, tokenize, type ExpressionName, type Token } from './tokens.ts'

/**
 * What is wrong with an expression that can be read, in the order in which AWS reports: a reserved word wins over an undefined
 * placeholder, that one over a wrong operand, wherever they stand.
 */
const problemOrder = ['section', 'parentheses', 'reserved', 'function', 'placeholder', 'paths', 'usage', 'operand', 'distinct'] as const
export type Problem = typeof problemOrder[number]

const functions: Record<string, { argumentCount: [number, number] }> = {
  attribute_exists: { argumentCount: [1, 1] }, attribute_not_exists: { argumentCount: [1, 1] }, attribute_type: { argumentCount: [2, 2] },
  begins_with: { argumentCount: [2, 2] }, contains: { argumentCount: [2, 2] }, size: { argumentCount: [1, 1] },
  if_not_exists: { argumentCount: [2, 2] }, list_append: { argumentCount: [2, 2] },
}

/** What all expressions share: tokens, paths, placeholders, operands and functions. */
export class Parser {
  readonly expression: ExpressionName
  readonly source: string
  readonly tokens: Token[]
  readonly #placeholders: Placeholders
  readonly #problems = new Map<Problem, string>()
  at = 0

  constructor(expression: ExpressionName, source: string, placeholders: Placeholders) {
    this.expression = expression
    this.source = source
    this.tokens = tokenize(expression, source)
    this.#placeholders = placeholders
  }

  get token(): Token { return this.tokens[this.at]! }

  fail(): never {
    throw syntaxError(this.expression, this.source, this.tokens, this.at)
  }

  /** Remembers what is wrong; thrown at the end of the expression, since a syntax error anywhere wins. */
  problem(kind: Problem, message: string): void {
    if (!this.#problems.has(kind)) this.#problems.set(kind, message)
  }

  /** Checks that nothing is left and throws the first problem. */
  finish(): void {
    if (this.token.kind !== 'end') this.fail()
    const first = problemOrder.find(kind => this.#problems.has(kind))
    if (first) throw new ValidationException(`Invalid ${this.expression}: ${this.#problems.get(first)}`)
  }

  isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text
  }

  isWord(word: string): boolean {
    return this.token.kind === 'word' && this.token.text.toUpperCase() === word
  }

  /** Goes past the symbol or keyword, where it stands here. */
  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.at++
    return true
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.at++
    return true
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail()
  }

  /** `a.b[1].#c` */
  path(): Path {
    const path: Path = [this.#pathName()]
    for (;;) {
      if (this.takeSymbol('.')) {
        path.push(this.#pathName())
      } else if (this.takeSymbol('[')) {
        if (this.token.kind !== 'index') this.fail()
        const index = Number(this.token.text)
        if (index > 2 ** 31 - 1) this.problem('usage', `List index is not within the allowable range; index: [${this.token.text}]`)
        path.push(index)
        this.at++
        this.expectSymbol(']')
      } else {
        return path
      }
    }
  }

  #pathName(): string {
    const { kind, text } = this.token
    if (kind !== 'word' && kind !== 'name') this.fail()
    this.at++
    if (kind === 'word') {
      if (reservedWords.has(text.toUpperCase())) this.problem('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`)
      return text
    }
    const name = this.#placeholders.name(text)
    if (name === undefined) this.problem('placeholder', `An expression attribute name used in the document path is not defined; attribute name: ${text}`)
    return name ?? text
  }

  /** A `:value`. */
  value(): Extract<Operand, { kind: 'value' }> {
    if (this.token.kind !== 'value') this.fail()
    const name = this.token.text
    this.at++
    const value = this.#placeholders.value(name)
    if (!value) this.problem('placeholder', `An expression attribute value used in expression is not defined; attribute value: ${name}`)
    return { kind: 'value', name, value: value ?? { NULL: true } }
  }

  get isCall(): boolean {
    const next = this.tokens[this.at + 1]
    return this.token.kind === 'word' && next?.kind === 'symbol' && next.text === '('
  }

  /** `name(operand, operand)` */
  call(): Extract<Operand, { kind: 'call' }> {
    const name = this.token.text
    this.at++
    this.expectSymbol('(')
    const args = [this.operand()]
    while (this.takeSymbol(',')) args.push(this.operand())
    this.expectSymbol(')')
    const known = functions[name]
    if (!known || !Object.hasOwn(functions, name)) {
      this.problem('function', `Invalid function name; function: ${name}`)
    } else if (args.length < known.argumentCount[0] || args.length > known.argumentCount[1]) {
      this.problem('operand', `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`)
    }
    return { kind: 'call', name, args }
  }

  operand(): Operand {
    if (this.token.kind === 'value') return this.value()
    if (this.isCall) return this.call()
    return { kind: 'path', path: this.path() }
  }

  wrongType(name: string, type: string): void {
    this.problem('operand', `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`)
  }
}
