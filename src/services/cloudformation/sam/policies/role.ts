import { invalidResource, invalidTemplate } from '../errors.ts'
import { ifProblem, isIf, isIntrinsic, isNoValue, resolveRefs } from '../intrinsics.ts'
import { deepCopy, equal, isDict, pyRepr, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { awsManagedPolicy } from './managed.ts'
import { policyTemplates } from './templates.ts'

type Kind = 'managed' | 'statement' | 'template' | 'unknown'

function kindOf(policy: Value, templates: boolean): Kind {
  if (typeof policy === 'string') return 'managed'
  if (isIf(policy)) return kindOfIf(policy['Fn::If'], templates)
  if (isIntrinsic(policy)) return 'managed'
  if (!isDict(policy)) return 'unknown'
  if (Object.hasOwn(policy, 'Statement')) return 'statement'
  const names = Object.keys(policy)
  return templates && names.length === 1 && Object.hasOwn(policyTemplates, names[0]!) ? 'template' : 'unknown'
}

function kindOfIf(items: Value, templates: boolean): Kind {
  const problem = ifProblem(items)
  if (problem) throw invalidTemplate(problem)
  const then = kindOf(items[1], templates)
  const otherwise = kindOf(items[2], templates)
  if (then === otherwise) return then
  if (isNoValue(items[1])) return otherwise
  if (isNoValue(items[2])) return then
  throw invalidTemplate(
    'Different policy types within the same Fn::If statement is unsupported. Separate different policy types into different Fn::If statements'
  )
}

const listOf = (policies: Value): Value[] => !truthy(policies) ? [] : Array.isArray(policies) ? policies : [policies]

/** Replaces each SAM policy template by the statements that it stands for. */
export function expandPolicyTemplates(id: string, properties: Dict): void {
  const policies = listOf(properties.Policies)
  if (policies.length === 0) return
  properties.Policies = policies.map(policy => {
    if (kindOf(policy, true) !== 'template') return policy
    if (!isIf(policy)) return expand(id, policy)
    const [condition, ...branches] = policy['Fn::If']
    return { 'Fn::If': [condition, ...branches.map((branch: Value) => isNoValue(branch) ? branch : expand(id, branch))] }
  })
}

function expand(id: string, policy: Dict): Dict {
  const [name, values] = Object.entries(policy)[0]! as [string, Value]
  const template = policyTemplates[name]!
  if (!isDict(values)) throw invalidResource(id, `Must specify valid parameter values for policy template '${name}'`)
  const missing = template.parameters.filter(parameter => !Object.hasOwn(values, parameter))
  if (missing.length > 0) throw invalidResource(id, `Following required parameters of template '${name}' don't have values: ${pyRepr(missing)}`)
  // The values go in unread: a reference inside one is the user's, whatever it is called.
  const marked = markParameters(deepCopy(template.definition), template.parameters)
  return resolveRefs(marked, Object.fromEntries(template.parameters.map(parameter => [`parameter of the policy: ${parameter}`, values[parameter]])))
}

function markParameters(value: Value, parameters: string[]): Value {
  if (Array.isArray(value)) return value.map(item => markParameters(item, parameters))
  if (!isDict(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) =>
    [key, key === 'Ref' && parameters.includes(item) ? `parameter of the policy: ${item}` : markParameters(item, parameters)]))
}

export interface RoleOptions {
  id: string
  attributes: Dict
  assumeRolePolicy: Value
  policies: Value
  managedPolicyArns?: Value[]
  inlinePolicies?: Value[]
  path?: Value
  permissionsBoundary?: Value
  tags?: Value
}

const convertBranches = (condition: Dict, convertible: (value: Value) => boolean, convert: (value: Value) => Value): Dict => {
  const items = condition['Fn::If']
  for (const branch of [1, 2]) if (convertible(items[branch])) items[branch] = convert(items[branch])
  return condition
}

/** The execution role of a function or state machine. */
export function roleFor(sam: Sam, options: RoleOptions): Generated {
  const roleId = `${options.id}Role`
  const arns = [...options.managedPolicyArns ?? []]
  const inline = [...options.inlinePolicies ?? []]
  const managed = (name: string): string => sam.managedPolicies[name] ?? awsManagedPolicy(sam.partition, name) ?? name
  listOf(options.policies).forEach((policy, index) => {
    const kind = kindOf(policy, false)
    const named = (document: Value): Dict => ({ PolicyName: `${roleId}Policy${index}`, PolicyDocument: document })
    if (kind === 'statement') inline.push(isIf(policy) ? convertBranches(policy, branch => !isNoValue(branch), named) : named(policy))
    else if (kind === 'managed') {
      const arn = typeof policy === 'string' ? managed(policy) : isIf(policy) ? convertBranches(policy, branch => typeof branch === 'string', managed) : policy
      if (!arns.some(each => equal(each, arn))) arns.push(arn)
    } else throw invalidResource(options.id, `Policy at index ${index} in the 'Policies' property is not valid`)
  })
  return generated('AWS::IAM::Role', roleId, {
    AssumeRolePolicyDocument: options.assumeRolePolicy, ManagedPolicyArns: arns, Policies: inline.length > 0 ? inline : undefined,
    Path: options.path, PermissionsBoundary: options.permissionsBoundary, Tags: options.tags,
  }, options.attributes)
}
