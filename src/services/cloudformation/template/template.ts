import { awsError } from '../../../platform/errors.ts'

/** What CloudFormation answers for everything that is wrong with a template or a request. */
export const ValidationError = awsError('ValidationError', 400)

/** A template as it was parsed: short tags are long functions already, and nothing has been checked. */
export interface Template {
  AWSTemplateFormatVersion?: string
  Description?: string
  Transform?: unknown
  Metadata?: Record<string, unknown>
  Parameters?: Record<string, TemplateParameter>
  Rules?: Record<string, TemplateRule>
  Mappings?: Record<string, Record<string, Record<string, unknown>>>
  Conditions?: Record<string, unknown>
  Hooks?: Record<string, unknown>
  Resources: Record<string, TemplateResource>
  Outputs?: Record<string, TemplateOutput>
}

export interface TemplateParameter {
  Type: string
  Default?: string | number | boolean
  Description?: string
  NoEcho?: boolean | string
  AllowedValues?: (string | number | boolean)[]
  AllowedPattern?: string
  ConstraintDescription?: string
  MinLength?: number | string
  MaxLength?: number | string
  MinValue?: number | string
  MaxValue?: number | string
}

export interface TemplateRule {
  RuleCondition?: unknown
  Assertions: { Assert: unknown, AssertDescription?: string }[]
}

export interface TemplateResource {
  Type: string
  Properties?: Record<string, unknown>
  Condition?: string
  DependsOn?: string | string[]
  DeletionPolicy?: unknown
  UpdateReplacePolicy?: unknown
  Metadata?: Record<string, unknown>
  CreationPolicy?: unknown
  UpdatePolicy?: unknown
}

export interface TemplateOutput {
  Value: unknown
  Description?: string
  Condition?: string
  Export?: { Name: unknown }
}

export type JsonObject = Record<string, unknown>

/** True for `{...}`, not for lists and null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const functionNames = new Set(['Ref', 'Condition', 'Fn::GetAtt', 'Fn::Sub', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::If', 'Fn::And', 'Fn::Or', 'Fn::Not',
  'Fn::Equals', 'Fn::FindInMap', 'Fn::Base64', 'Fn::Cidr', 'Fn::GetAZs', 'Fn::ImportValue', 'Fn::Length', 'Fn::ToJsonString', 'Fn::Transform',
  'Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn', 'Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll'])

/** The function that an object calls: its only member, where that has a function's name. `Condition` counts only where conditions are read. */
export function functionCall(value: unknown): { name: string, argument: unknown } | undefined {
  if (!isObject(value)) return undefined
  const names = Object.keys(value)
  if (names.length !== 1) return undefined
  const name = names[0]!
  if (name === 'Condition' || !functionNames.has(name)) return undefined
  return { name, argument: value[name] }
}

// In the order in which CloudFormation names them.
const supported = ['Fn::Base64', 'Fn::GetAtt', 'Fn::GetAZs', 'Fn::ImportValue', 'Fn::Join', 'Fn::Split', 'Fn::FindInMap', 'Fn::Select', 'Ref', 'Fn::Equals',
  'Fn::If', 'Fn::Not', 'Condition', 'Fn::And', 'Fn::Or', 'Fn::Contains', 'Fn::EachMemberEquals', 'Fn::EachMemberIn', 'Fn::ValueOf', 'Fn::ValueOfAll',
  'Fn::RefAll', 'Fn::Sub', 'Fn::Cidr']

/** Throws for an object whose only member is called `Fn::…` and is no function, or one of those that are `withheld` here. */
export function checkFunctions(value: unknown, withheld: readonly string[] = []): void {
  if (Array.isArray(value)) return value.forEach(item => checkFunctions(item, withheld))
  if (!isObject(value)) return
  const names = Object.keys(value)
  const [name] = names
  if (names.length === 1 && name!.startsWith('Fn::') && (!functionNames.has(name!) || withheld.includes(name!))) {
    throw new ValidationError(
      `Template validation error: Template Error: Encountered unsupported function: ${name} Supported functions are: [${supported.join(', ')}]`
    )
  }
  for (const member of Object.values(value)) checkFunctions(member, withheld)
}

/** Calls back for every function call inside a value, outer ones first; the path is made of member names and indices. */
export function eachFunction(value: unknown, visit: (name: string, argument: unknown, path: string[]) => void, path: string[] = []): void {
  if (Array.isArray(value)) return value.forEach((item, index) => eachFunction(item, visit, [...path, String(index)]))
  if (!isObject(value)) return
  const call = functionCall(value)
  if (call) visit(call.name, call.argument, path)
  for (const [name, member] of Object.entries(value)) eachFunction(member, visit, call ? path : [...path, name])
}

/** The names between `${` and `}` of a Fn::Sub text, without the literal `${!Name}`. */
export function substitutions(text: string): string[] {
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => match[1]!.trim())
}
