import { ValidationError } from './template.ts'
import type { TemplateParameter } from './template.ts'

/** What a caller gave for a parameter. */
export interface GivenParameter { ParameterKey?: string | undefined, ParameterValue?: string | undefined, UsePreviousValue?: boolean | undefined }

const isList = (type: string) => type === 'CommaDelimitedList' || type.startsWith('List<') || /<(CommaDelimitedList|List<.*>)>$/.test(type)

/** Whether the parameter names an SSM parameter whose value is the parameter's. */
export const isSsmValue = (type: string) => type.startsWith('AWS::SSM::Parameter::Value<')

/**
 * Values of a template's parameters as text, from what was given, the values of the stack's last update and the defaults. Throws
 * ValidationError in CloudFormation's words and order.
 */
export function chooseParameters(
  declared: Record<string, TemplateParameter>, given: readonly GivenParameter[], previous?: Record<string, string>
): Record<string, string> {
  const values: Record<string, string> = {}
  const unknown = given.map(parameter => parameter.ParameterKey ?? '').filter(key => !Object.hasOwn(declared, key))
  if (unknown.length > 0) throw new ValidationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  for (const parameter of given) {
    const key = parameter.ParameterKey!
    if (Object.hasOwn(values, key)) throw new ValidationError(`Parameter '${key}' is specified more than once`)
    if (parameter.UsePreviousValue) {
      if (parameter.ParameterValue !== undefined) {
        throw new ValidationError(`Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and also specify a value`)
      }
      if (previous === undefined || !Object.hasOwn(previous, key)) {
        throw new ValidationError(
          `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`
        )
      }
      values[key] = previous[key]!
    } else if (parameter.ParameterValue !== undefined) values[key] = parameter.ParameterValue
  }
  const missing: string[] = []
  for (const [key, parameter] of Object.entries(declared)) {
    if (Object.hasOwn(values, key)) continue
    if (parameter.Default === undefined || parameter.Default === null) missing.push(key)
    else values[key] = String(parameter.Default)
  }
  if (missing.length > 0) throw new ValidationError(`Parameters: [${missing.join(', ')}] must have values`)
  for (const [key, parameter] of Object.entries(declared)) checkValue(key, parameter, values[key]!)
  return values
}

/** The value that Ref returns: a list where the type is one. */
export function parameterValue(parameter: TemplateParameter, text: string): string | string[] {
  return isList(parameter.Type) ? text === '' ? [] : text.split(',').map(item => item.trim()) : text
}

function checkValue(key: string, parameter: TemplateParameter, text: string): void {
  const fail = (constraint: string): never => {
    throw new ValidationError(
      parameter.ConstraintDescription ? `Parameter ${key} failed to satisfy constraint: ${parameter.ConstraintDescription}` : `Parameter ${key} ${constraint}`
    )
  }
  const items = isList(parameter.Type) && !isSsmValue(parameter.Type) ? text.split(',').map(item => item.trim()) : [text]
  const allowed = parameter.AllowedValues?.map(String)
  for (const item of items) {
    if (allowed && !allowed.includes(item)) fail('must be one of AllowedValues')
    if (parameter.AllowedPattern !== undefined && !matches(parameter.AllowedPattern, item)) fail(`must match pattern ${parameter.AllowedPattern}`)
  }
  if (parameter.Type === 'Number' || parameter.Type === 'List<Number>') {
    for (const item of items) {
      if (item === '' || Number.isNaN(Number(item))) throw new ValidationError(`Parameter ${key} must be a number`)
      if (parameter.MinValue !== undefined && Number(item) < Number(parameter.MinValue)) fail(`must be a number not less than ${parameter.MinValue}`)
      if (parameter.MaxValue !== undefined && Number(item) > Number(parameter.MaxValue)) fail(`must be a number not greater than ${parameter.MaxValue}`)
    }
  }
  if (parameter.MinLength !== undefined && text.length < Number(parameter.MinLength)) fail(`must contain at least ${parameter.MinLength} characters`)
  if (parameter.MaxLength !== undefined && text.length > Number(parameter.MaxLength)) fail(`must contain at most ${parameter.MaxLength} characters`)
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text)
  } catch {
    throw new ValidationError(`Template format error: AllowedPattern ${pattern} is not a valid regular expression.`)
  }
}
