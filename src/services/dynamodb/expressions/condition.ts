import { describeValue, equalValues, compareValues, typeOf, types, type Type } from '../values/attribute-value.ts'
import { describePath, type Comparator, type Condition, type Operand } from './ast.ts'
import { Parser } from './parser.ts'
import type { Placeholders } from './placeholders.ts'
import type { ExpressionName } from './tokens.ts'

const comparators: readonly string[] = ['=', '<>', '<', '<=', '>', '>=']
const tests = new Set(['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'])
const operatorsMax = 300
const depthMax = 150

/** Parses a condition, filter or key condition; throws AWS's ValidationException for what is wrong with it. */
export function parseCondition(expression: ExpressionName, source: string, placeholders: Placeholders): Condition {
  const parser = new ConditionParser(expression, source, placeholders)
  const condition = parser.either(0)
  parser.finish()
  return condition
}

class ConditionParser extends Parser {
  #operators = 0

  either(depth: number): Condition {
    let left = this.#both(depth)
    while (this.takeWord('OR')) {
      this.#count()
      left = { kind: 'or', left, right: this.#both(depth) }
    }
    return left
  }

  #both(depth: number): Condition {
    let left = this.#negated(depth)
    while (this.takeWord('AND')) {
      this.#count()
      left = { kind: 'and', left, right: this.#negated(depth) }
    }
    return left
  }

  #count(): void {
    if (++this.#operators > operatorsMax) this.problem('usage', `The expression contains too many operators; operator count: ${this.#operators}`)
  }

  #negated(depth: number): Condition {
    if (depth > depthMax) this.fail()
    if (!this.takeWord('NOT')) return this.#primary(depth)
    this.#count()
    return { kind: 'not', operand: this.#negated(depth + 1) }
  }

  #primary(depth: number): Condition {
    if (!this.isSymbol('(') || this.#isOperandInParentheses()) return this.#comparison()
    this.at++
    const start = this.at
    const condition = this.either(depth + 1)
    if (this.tokens[start]!.text === '(' && this.#closes(start) === this.at - 1) this.problem('parentheses', 'The expression has redundant parentheses;')
    this.expectSymbol(')')
    return condition
  }

  /** The place of the `)` that belongs to the `(` at `open`. */
  #closes(open: number): number {
    let depth = 0
    for (let at = open; at < this.tokens.length; at++) {
      const { kind, text } = this.tokens[at]!
      if (kind === 'symbol' && text === '(') depth++
      if (kind === 'symbol' && text === ')' && --depth === 0) return at
    }
    return -1
  }

  /** `(a) = :b`: what follows the closing parenthesis tells an operand from a condition. */
  #isOperandInParentheses(): boolean {
    const next = this.tokens[this.#closes(this.at) + 1]
    return next !== undefined && (comparators.includes(next.text) || /^(BETWEEN|IN)$/i.test(next.text)) && this.#closes(this.at) > 0
  }

  #operand(): Operand {
    if (!this.takeSymbol('(')) return this.operand()
    const operand = this.#operand()
    this.expectSymbol(')')
    return operand
  }

  #comparison(): Condition {
    const first = this.#operand()
    const { text } = this.token
    if (this.token.kind === 'symbol' && comparators.includes(text)) {
      this.at++
      this.#count()
      return this.#compare(text as Comparator, first, this.#operand())
    }
    if (this.takeWord('BETWEEN')) {
      this.#count()
      const low = this.#operand()
      if (!this.takeWord('AND')) this.fail()
      return this.#between(first, low, this.#operand())
    }
    if (this.takeWord('IN')) {
      this.#count()
      return this.#in(first)
    }
    if (first.kind !== 'call') this.fail()
    return this.#test(first)
  }

  #compare(operator: Comparator, left: Operand, right: Operand): Condition {
    this.#checkOperand(left)
    this.#checkOperand(right)
    if (operator !== '=' && operator !== '<>') {
      for (const operand of [left, right]) if (operand.kind === 'value') this.#checkOrdered(operator, typeOf(operand.value))
    }
    this.#checkDistinct(operator, left, [right])
    return { kind: 'compare', operator, left, right }
  }

  #between(operand: Operand, low: Operand, high: Operand): Condition {
    for (const each of [operand, low, high]) {
      this.#checkOperand(each)
      if (each.kind === 'value') this.#checkOrdered('BETWEEN', typeOf(each.value))
    }
    if (low.kind === 'value' && high.kind === 'value') {
      const bounds = `lower bound operand: AttributeValue: ${describeValue(low.value)}, upper bound operand: AttributeValue: ${describeValue(high.value)}`
      const order = compareValues(low.value, high.value)
      if (order === undefined) this.problem('operand', `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`)
      else if (order > 0) this.problem('operand', `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`)
    }
    return { kind: 'between', operand, low, high }
  }

  #in(operand: Operand): Condition {
    this.expectSymbol('(')
    const list = [this.#operand()]
    while (this.takeSymbol(',')) list.push(this.#operand())
    this.expectSymbol(')')
    for (const each of [operand, ...list]) this.#checkOperand(each)
    if (list.length > 100) {
      this.problem('operand', `Incorrect number of operands for operator or function; operator or function: IN, number of operands: ${list.length + 1}`)
    }
    return { kind: 'in', operand, list }
  }

  #test({ name, args }: Extract<Operand, { kind: 'call' }>): Condition {
    if (name === 'size') this.problem('usage', 'The function is not allowed to be used this way in an expression; function: size')
    else if (!tests.has(name)) this.problem('usage', `The function is not allowed in a ${this.#noun()}; function: ${name}`)
    for (const arg of args) this.#checkOperand(arg)
    const [first, second] = args
    if (name.startsWith('attribute_') && first && first.kind !== 'path') {
      this.problem('operand', `Operator or function requires a document path; operator or function: ${name}`)
    }
    if (name === 'begins_with') {
      for (const arg of args) if (arg.kind === 'value' && !['S', 'B'].includes(typeOf(arg.value))) this.wrongType(name, typeOf(arg.value))
    }
    if (name === 'attribute_type' && second) this.#checkTypeName(second)
    if (name === 'contains' && first && second) this.#checkDistinct(name, first, [second])
    if (name === 'begins_with' && first && second) this.#checkDistinct(name, first, [second])
    return { kind: 'test', name, args }
  }

  #checkTypeName(operand: Operand): void {
    if (operand.kind !== 'value' || typeOf(operand.value) !== 'S') {
      return this.wrongType('attribute_type', operand.kind === 'value' ? typeOf(operand.value) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}')
    }
    const type = operand.value.S!
    if (!types.includes(type as Type)) {
      this.problem('operand', `Invalid attribute type name found; type: ${type}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`)
    }
  }

  #noun(): string {
    return this.expression === 'FilterExpression'
      ? 'filter expression'
      : this.expression === 'KeyConditionExpression' ? 'key condition expression'
      : 'condition expression'
  }

  /** Only size(path) gives a value; the other functions are conditions. */
  #checkOperand(operand: Operand): void {
    if (operand.kind !== 'call') return
    if (operand.name !== 'size') {
      const known = tests.has(operand.name)
      this.problem('usage', known ? `The function is not allowed to be used this way in an expression; function: ${operand.name}`
        : `The function is not allowed in a ${this.#noun()}; function: ${operand.name}`)
    }
    const [arg] = operand.args
    if (arg?.kind === 'call') this.problem('usage', `The function is not allowed to be used this way in an expression; function: ${arg.name}`)
    if (arg?.kind === 'value' && !['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'].includes(typeOf(arg.value))) this.wrongType('size', typeOf(arg.value))
  }

  #checkOrdered(operator: string, type: Type): void {
    if (type !== 'S' && type !== 'N' && type !== 'B') this.wrongType(operator, type)
  }

  #checkDistinct(operator: string, first: Operand, others: Operand[]): void {
    const same = others.some(other => sameOperand(first, other))
    if (!same) return
    const described = first.kind === 'path' ? describePath(first.path) : first.kind === 'value' ? describeValue(first.value) : first.kind
    this.problem(
      'distinct',
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${described}`
    )
  }
}

type Call = Extract<Operand, { kind: 'call' }>

function sameOperand(a: Operand, b: Operand): boolean {
  if (a.kind === 'path' && b.kind === 'path') return describePath(a.path) === describePath(b.path)
  if (a.kind === 'value' && b.kind === 'value') return equalValues(a.value, b.value)
  if (a.kind !== 'call' || b.kind !== 'call') return false
  return a.name === b.name && a.args.every((arg, at) => (b as Call).args[at] !== undefined && sameOperand(arg, (b as Call).args[at]!))
}
