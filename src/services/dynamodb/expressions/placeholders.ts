import { ValidationException } from '../../../platform/errors.ts'
import { normalizeValue, type Item, type Value } from '../values/attribute-value.ts'

export interface PlaceholderInput {
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Item | undefined
}

/** The #names and :values of a request, which all its expressions share; each must be used by one of them. */
export class Placeholders {
  readonly #names: Record<string, string>
  readonly #values: Map<string, Value>
  readonly #unusedNames: Set<string>
  readonly #unusedValues: Set<string>

  /** Checks the two maps. `expressions`: those that the operation has, by name; `withValues`: of them, those in which values can stand. */
  constructor(input: PlaceholderInput, expressions: Record<string, string | undefined>, withValues: string[]) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input
    const given = Object.keys(expressions).filter(name => expressions[name] !== undefined)
    if (names) {
      if (given.length === 0) throw new ValidationException('ExpressionAttributeNames can only be specified when using expressions')
      if (Object.keys(names).length === 0) throw new ValidationException('ExpressionAttributeNames must not be empty')
      const bad = Object.keys(names).find(name => !/^#[A-Za-z0-9_]+$/.test(name))
      if (bad !== undefined) throw new ValidationException(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${bad}"`)
    }
    if (values) {
      if (!withValues.some(name => expressions[name] !== undefined)) {
        const absent = `${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`
        throw new ValidationException(`ExpressionAttributeValues can only be specified when using expressions: ${absent}`)
      }
      if (Object.keys(values).length === 0) throw new ValidationException('ExpressionAttributeValues must not be empty')
      const bad = Object.keys(values).find(name => !/^:[A-Za-z0-9_]+$/.test(name))
      if (bad !== undefined) throw new ValidationException(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${bad}"`)
    }
    this.#names = names ?? {}
    this.#values = new Map(Object.entries(values ?? {}).map(([name, value]) => [name, checkedValue(name, value)]))
    this.#unusedNames = new Set(Object.keys(this.#names))
    this.#unusedValues = new Set(this.#values.keys())
  }

  name(placeholder: string): string | undefined {
    this.#unusedNames.delete(placeholder)
    return Object.hasOwn(this.#names, placeholder) ? this.#names[placeholder] : undefined
  }

  value(placeholder: string): Value | undefined {
    this.#unusedValues.delete(placeholder)
    return this.#values.get(placeholder)
  }

  /** To be called when all expressions are parsed. */
  checkUsed(): void {
    const unused = (what: string, keys: Set<string>) => `Value provided in ${what} unused in expressions: keys: {${[...keys].join(', ')}}`
    if (this.#unusedNames.size > 0) throw new ValidationException(unused('ExpressionAttributeNames', this.#unusedNames))
    if (this.#unusedValues.size > 0) throw new ValidationException(unused('ExpressionAttributeValues', this.#unusedValues))
  }
}

function checkedValue(name: string, value: Value): Value {
  try {
    return normalizeValue(value)
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error
    throw new ValidationException(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`)
  }
}
