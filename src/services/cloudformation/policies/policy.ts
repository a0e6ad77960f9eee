import { compilePolicy } from '../../../platform/policy/compile.ts'
import { contextOf } from '../../../platform/policy/context.ts'
import { ValidationError, isObject, type Template } from '../template/template.ts'

export const policyMaxBytes = 16_384

export type PolicyAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete'

const actions = /^Update:(?:Modify|Replace|Delete|\*)$/
const members = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Principal', 'Resource', 'NotResource', 'Condition'])
const list = (value: unknown): unknown[] => value === undefined ? [] : Array.isArray(value) ? value : [value]

/**
 * Checks a stack policy before it is kept. Every logical id that it names without wildcards has to be in the template. Throws
 * ValidationError in CloudFormation's words.
 */
export function checkPolicy(body: string, template: Template | undefined): void {
  const invalid = (): never => { throw new ValidationError('Error validating stack policy: Invalid stack policy') }
  if (Buffer.byteLength(body) > policyMaxBytes) {
    throw new ValidationError(
      `1 validation error detected: Value at 'stackPolicyBody' failed to satisfy constraint: Member must have length less than or equal to ${policyMaxBytes}`
    )
  }
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch {
    return invalid()
  }
  if (!isObject(document) || document.Statement === undefined) return invalid()
  for (const statement of list(document.Statement)) {
    if (!isObject(statement) || Object.keys(statement).some(member => !members.has(member))) return invalid()
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return invalid()
    if (statement.Principal !== '*' && !(isObject(statement.Principal) && statement.Principal.AWS === '*')) return invalid()
    const named = list(statement.Action ?? statement.NotAction)
    if (named.length === 0 || named.some(action => typeof action !== 'string' || (action !== '*' && !actions.test(action)))) return invalid()
    const resources = list(statement.Resource ?? statement.NotResource)
    if (resources.length === 0) return invalid()
    for (const resource of resources) checkResource(resource, template, invalid)
  }
}

function checkResource(resource: unknown, template: Template | undefined, invalid: () => never): void {
  if (typeof resource !== 'string') return invalid()
  if (resource === '*') return
  const id = /^LogicalResourceId\/(.+)$/.exec(resource)?.[1] ?? invalid()
  if (!/[*?]/.test(id) && template && !Object.hasOwn(template.Resources, id)) {
    throw new ValidationError(`Error validating stack policy: Unknown logical id '${resource}' in statement {} - stack policies can only be applied to `
      + 'logical ids referenced in the template')
  }
}

/** Why the policy does not let an update do this to a resource; undefined where it does. Once a policy is set, what no statement allows is denied. */
export function policyDenial(policy: string, action: PolicyAction, resource: { logicalId: string, type: string }): string | undefined {
  const name = `LogicalResourceId/${resource.logicalId}`
  const context = contextOf({ ResourceType: resource.type })
  const matching = compilePolicy(policy).statements.filter(statement =>
    statement.action(action) && statement.resource(name, context) && (statement.condition?.(context) ?? true))
  const denying = matching.find(statement => statement.effect === 'Deny')
  if (denying) return `Action denied by stack policy: Statement [#${denying.index + 1}] does not allow [${action}] for resource [${name}]`
  return matching.length > 0 ? undefined : `Action not allowed by stack policy: No statement allows [${action}] for resource [${name}]`
}
