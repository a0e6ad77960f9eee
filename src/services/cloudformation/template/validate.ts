import { checkCircles, referencesOf } from './references.ts'
import { hasSnippets } from './snippets.ts'
import { ValidationError, checkFunctions, isObject } from './template.ts'
import type { Template } from './template.ts'

const sections = new Set(
  ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Rules', 'Mappings', 'Conditions', 'Transform', 'Resources', 'Outputs', 'Hooks']
)
const resourceMembers = new Set(
  ['Type', 'Properties', 'Condition', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata', 'CreationPolicy', 'UpdatePolicy']
)
const pseudoParameters = new Set(['AWS::AccountId', 'AWS::NotificationARNs', 'AWS::NoValue', 'AWS::Partition', 'AWS::Region', 'AWS::StackId', 'AWS::StackName',
  'AWS::URLSuffix'])
const plainTypes = new Set(['String', 'Number', 'CommaDelimitedList', 'List<Number>', 'List<String>', 'AWS::SSM::Parameter::Name'])
const awsTypes = /^(AWS::SSM::Parameter::Value<.+>|(List<)?AWS::EC2::[\w:]+>?|(List<)?AWS::Route53::HostedZone::Id>?)$/
const withoutExtensions = new Set<unknown>(['AWS::Serverless-2016-10-31', 'AWS::Include'])
const policies = new Set(['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate'])

export const resourcesMax = 500
export const parametersMax = 200
export const outputsMax = 200

const format = (message: string): never => { throw new ValidationError(`Template format error: ${message}`) }

/** Checks a template's shape before its transforms run: what holds for SAM templates as well. Throws ValidationError in CloudFormation's words. */
export function checkShape(template: Template): void {
  const unknown = Object.keys(template).filter(name => !sections.has(name) && name !== 'Globals' && !name.startsWith('Fn::'))
  if (unknown.length > 0) throw new ValidationError(`Invalid template property or properties [${unknown.join(', ')}]`)
  const version = template.AWSTemplateFormatVersion
  if (version !== undefined && version !== '2010-09-09') format(`AWSTemplateFormatVersion: ${String(version)} is not a supported version.`)
  for (const name of ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'] as const) {
    if (template[name] !== undefined && template[name] !== null && !isObject(template[name])) format(`${name} must be an object.`)
  }
  if (!isObject(template.Resources) || Object.keys(template.Resources).length === 0) format('At least one Resources member must be defined.')
  if (template.Description !== undefined && typeof template.Description !== 'string') format('Description must be a string.')
  if (Buffer.byteLength(template.Description ?? '') > 1024) format("'Description' length is greater than 1024.")
  for (const [name, parameter] of Object.entries(template.Parameters ?? {})) checkParameter(name, parameter)
}

/** Checks that a template that was not transformed yet calls the functions of AWS::LanguageExtensions only with that transform. */
export function checkExtensions(template: Template): void {
  // A macro may read functions of its own; without one, these two need their transform.
  const declared = [template.Transform ?? []].flat().map(one => isObject(one) ? one.Name : one)
  if (hasSnippets(template) || !declared.every(name => withoutExtensions.has(name))) return
  eachExpression(template, expression => checkFunctions(expression, ['Fn::Length', 'Fn::ToJsonString']))
}

function checkParameter(name: string, parameter: unknown): void {
  if (!/^[a-zA-Z0-9]{1,255}$/.test(name)) format(`Parameter name ${name} is non alphanumeric.`)
  if (!isObject(parameter)) return format('Every Parameters member must be an object.')
  if (typeof parameter.Type !== 'string') format(`[/Parameters/${name}] Every Parameters object must contain a Type member.`)
  if (!plainTypes.has(String(parameter.Type)) && !awsTypes.test(String(parameter.Type))) format(`Unrecognized parameter type: ${String(parameter.Type)}`)
  if (typeof parameter.Default === 'object') format(`Every Default member must be a string.`)
}

/** Checks a processed template: names, references, policies, circles. `missing` are the resource types that nobody has. */
export function checkTemplate(template: Template, missing: string[]): void {
  checkResources(template)
  eachExpression(template, expression => checkFunctions(expression))
  const modules = missing.filter(type => type.endsWith('::MODULE'))
  if (modules.length > 0) throw new ValidationError(`Modules are not implemented by Fogbank: [${modules.join(', ')}]`)
  if (missing.length > 0) format(`Unrecognized resource types: [${missing.join(', ')}]`)
  checkReferences(template)
  checkConditions(template)
  checkCircles(template)
}

/** The parts of a template in which functions are evaluated. */
function eachExpression(template: Template, visit: (expression: unknown) => void): void {
  for (const part of [template.Rules, template.Conditions, template.Outputs]) visit(part)
  for (const resource of Object.values(template.Resources)) if (isObject(resource)) visit(resource.Properties)
}

function checkResources(template: Template): void {
  const names = Object.keys(template.Resources)
  if (names.length > resourcesMax) format(`Number of resources, ${names.length}, is greater than maximum allowed, ${resourcesMax}`)
  const outputs = Object.keys(template.Outputs ?? {}).length
  if (outputs > outputsMax) format(`Number of outputs, ${outputs}, is greater than maximum allowed, ${outputsMax}`)
  const parameters = Object.keys(template.Parameters ?? {}).length
  if (parameters > parametersMax) format(`Number of parameters, ${parameters}, is greater than maximum allowed, ${parametersMax}`)
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (!/^[a-zA-Z0-9]{1,255}$/.test(name)) format(`Resource name ${name} is non alphanumeric.`)
    if (!isObject(resource)) format('Any Resources member must be an object.')
    if (typeof resource.Type !== 'string') format(`[/Resources/${name}] Every Resources object must contain a Type member.`)
    const invalid = Object.keys(resource).find(member => !resourceMembers.has(member))
    if (invalid) throw new ValidationError(`Invalid template resource property '${invalid}'`)
    if (resource.Properties !== undefined && resource.Properties !== null && !isObject(resource.Properties)) {
      format(`[/Resources/${name}/Properties] 'null' values are not allowed in templates`)
    }
    if (hasNull(resource.Properties)) format(`[/Resources/${name}/Properties] 'null' values are not allowed in templates`)
    for (const member of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
      const policy = resource[member]
      if (typeof policy === 'string' && (!policies.has(policy) || (member === 'UpdateReplacePolicy' && policy === 'RetainExceptOnCreate'))) {
        format(`Unrecognized ${member} ${policy} for resource ${name}`)
      }
    }
    if (resource.DependsOn !== undefined && [resource.DependsOn].flat().some(id => typeof id !== 'string')) {
      throw new ValidationError('Template error: DependsOn must be a string or list of strings.')
    }
  }
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    if (!/^[a-zA-Z0-9]{1,255}$/.test(name)) format(`Output name ${name} is non alphanumeric.`)
    if (!isObject(output)) format('Every Outputs member must be an object.')
    if (output.Value === undefined || output.Value === null) format(`[/Outputs/${name}] Every Outputs member must contain a Value object`)
  }
}

function hasNull(value: unknown): boolean {
  if (value === null) return true
  if (Array.isArray(value)) return value.some(hasNull)
  return isObject(value) && Object.values(value).some(hasNull)
}

function checkReferences(template: Template): void {
  const parameters = new Set(Object.keys(template.Parameters ?? {}))
  const check = (value: unknown, block: string) => {
    const { refs, attributes } = referencesOf(value)
    const unresolved = [...refs].filter(name => !parameters.has(name) && !pseudoParameters.has(name) && !Object.hasOwn(template.Resources, name))
    if (unresolved.length > 0) format(`Unresolved resource dependencies [${unresolved.join(', ')}] in the ${block} block of the template`)
    const unknown = [...attributes].find(name => !Object.hasOwn(template.Resources, name))
    if (unknown) throw new ValidationError(`Template error: instance of Fn::GetAtt references undefined resource ${unknown}`)
  }
  const dependsOn = Object.values(template.Resources).flatMap(resource => [resource.DependsOn ?? []].flat())
  const absent = [...new Set(dependsOn)].filter(id => !Object.hasOwn(template.Resources, id))
  if (absent.length > 0) format(`Unresolved resource dependencies [${absent.join(', ')}] in the Resources block of the template`)
  check(Object.values(template.Resources).map(resource => resource.Properties), 'Resources')
  check(template.Outputs, 'Outputs')
  const { refs, attributes } = referencesOf(template.Conditions)
  const inConditions = [...refs, ...attributes].filter(name => !parameters.has(name) && !pseudoParameters.has(name))
  if (inConditions.length > 0) {
    format(`Unresolved dependencies [${inConditions.join(', ')}]. Cannot reference resources in the Conditions block of the template`)
  }
}

function checkConditions(template: Template): void {
  const defined = template.Conditions ?? {}
  const named: string[] = []
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(collect)
    if (!isObject(value)) return
    const chosen = value['Fn::If']
    if (Array.isArray(chosen) && typeof chosen[0] === 'string') named.push(chosen[0])
    Object.values(value).forEach(collect)
  }
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Condition !== undefined && !Object.hasOwn(defined, resource.Condition)) {
      format(`Unresolved condition dependency ${resource.Condition} in the Resources block of the template`)
    }
    collect(resource.Properties)
    if (named.some(name => !Object.hasOwn(defined, name))) {
      throw new ValidationError(`Template error: unresolved condition dependency ${named.at(-1)} in the resource ${id}`)
    }
  }
  for (const output of Object.values(template.Outputs ?? {})) {
    if (output.Condition !== undefined && !Object.hasOwn(defined, output.Condition)) {
      format(`Unresolved condition dependency ${output.Condition} in the Outputs block of the template`)
    }
  }
  checkConditionCircles(defined)
}

function checkConditionCircles(conditions: Record<string, unknown>): void {
  const visit = (name: string, path: string[]): void => {
    if (path.includes(name)) throw new ValidationError(`Template format error: Circular dependencies for resource conditions: [${path.join(', ')}]`)
    if (!Object.hasOwn(conditions, name)) format(`Unresolved condition dependency ${name} in the Conditions block of the template`)
    for (const next of conditionNames(conditions[name])) visit(next, [...path, name])
  }
  for (const name of Object.keys(conditions)) visit(name, [])
}

function conditionNames(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(conditionNames)
  if (!isObject(expression)) return []
  return Object.entries(expression).flatMap(([name, value]) => name === 'Condition' && typeof value === 'string' ? [value] : conditionNames(value))
}
