import { typeOf, type Type } from '../values/attribute-value.ts'
import type { Operand, Path, Update } from './ast.ts'
import { Parser } from './parser.ts'
import type { Placeholders } from './placeholders.ts'
import { checkPaths } from './projection.ts'

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const
type Section = typeof sections[number]

// The names of types in messages about ADD and DELETE.
const longNames: Record<Type, string> = {
  S: 'STRING', N: 'NUMBER', B: 'BINARY', SS: 'STRING_SET', NS: 'NUMBER_SET', BS: 'BINARY_SET', M: 'MAP', L: 'LIST', BOOL: 'BOOLEAN', NULL: 'NULL',
}

/** Parses an update expression; throws AWS's ValidationException for what is wrong with it. */
export function parseUpdate(source: string, placeholders: Placeholders): Update {
  const parser = new UpdateParser('UpdateExpression', source, placeholders)
  const update = parser.update()
  checkPaths(parser, pathsOf(update))
  parser.finish()
  return update
}

/** All places that the update writes, in the order of its sections. */
export const pathsOf = (update: Update): Path[] =>
  [...update.set.map(({ path }) => path), ...update.remove, ...update.add.map(({ path }) => path), ...update.delete.map(({ path }) => path)]

class UpdateParser extends Parser {
  update(): Update {
    const update: Update = { set: [], remove: [], add: [], delete: [] }
    const seen = new Set<Section>()
    while (this.token.kind !== 'end') {
      const section = sections.find(word => this.takeWord(word))
      if (!section) this.fail()
      if (seen.has(section)) this.problem('section', `The "${section}" section can only be used once in an update expression;`)
      seen.add(section)
      do this.#clause(section, update)
      while (this.takeSymbol(','))
    }
    return update
  }

  #clause(section: Section, update: Update): void {
    const path = this.path()
    if (section === 'REMOVE') return void update.remove.push(path)
    if (section === 'SET') {
      this.expectSymbol('=')
      return void update.set.push({ path, value: this.#sum() })
    }
    const { value } = this.value()
    const type = typeOf(value)
    const allowed: Type[] = section === 'ADD' ? ['N', 'SS', 'NS', 'BS'] : ['SS', 'NS', 'BS']
    if (!allowed.includes(type)) {
      this.problem(
        'operand',
        `Incorrect operand type for operator or function; operator: ${section}, operand type: ${longNames[type]}, typeset: ALLOWED_FOR_${section}_OPERAND`
      )
    }
    update[section === 'ADD' ? 'add' : 'delete'].push({ path, value })
  }

  #sum(): Operand {
    const left = this.#term()
    const operator = this.isSymbol('+') ? '+' : this.isSymbol('-') ? '-' : undefined
    if (!operator) return left
    this.at++
    const right = this.#term()
    for (const operand of [left, right]) {
      if (operand.kind === 'value' && typeOf(operand.value) !== 'N') this.wrongType(operator, typeOf(operand.value))
      if (operand.kind === 'call' && operand.name === 'list_append') this.wrongType(operator, 'L')
    }
    return { kind: 'arithmetic', operator, left, right }
  }

  #term(): Operand {
    if (this.takeSymbol('(')) {
      const operand = this.#sum()
      this.expectSymbol(')')
      return operand
    }
    const operand = this.operand()
    if (operand.kind === 'call') this.#checkCall(operand)
    return operand
  }

  #checkCall({ name, args }: Extract<Operand, { kind: 'call' }>): void {
    if (name !== 'if_not_exists' && name !== 'list_append') {
      return this.problem('usage', `The function is not allowed in an update expression; function: ${name}`)
    }
    if (name === 'if_not_exists' && args[0]?.kind !== 'path') {
      this.problem('operand', 'Operator or function requires a document path; operator or function: if_not_exists')
    }
    for (const arg of args) {
      if (arg.kind === 'call') this.#checkCall(arg)
      if (name === 'list_append' && arg.kind === 'value' && typeOf(arg.value) !== 'L') this.wrongType(name, typeOf(arg.value))
    }
  }
}
