import { isObject } from './template.ts'
import type { Template } from './template.ts'

const iamNames: Record<string, string | undefined> = {
  'AWS::IAM::Role': 'RoleName', 'AWS::IAM::User': 'UserName', 'AWS::IAM::Group': 'GroupName', 'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName', 'AWS::IAM::Policy': undefined, 'AWS::IAM::AccessKey': undefined, 'AWS::IAM::UserToGroupAddition': undefined,
}

export interface NeededCapabilities { capabilities: string[], reason?: string }

/** The capabilities that a processed template asks its caller to acknowledge, and why. */
export function neededCapabilities(template: Template): NeededCapabilities {
  const iam = Object.values(template.Resources).filter(resource => Object.hasOwn(iamNames, resource.Type))
  if (iam.length === 0) return { capabilities: [] }
  const named = iam.some(resource => {
    const name = iamNames[resource.Type]
    return name !== undefined && isObject(resource.Properties) && resource.Properties[name] !== undefined
  })
  const types = [...new Set(iam.map(resource => resource.Type))]
  return {
    capabilities: [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  }
}

/** Those that the caller has not acknowledged; CAPABILITY_NAMED_IAM covers CAPABILITY_IAM. */
export function missingCapabilities(needed: string[], given: readonly string[]): string[] {
  return needed.filter(capability => !given.includes(capability) && !(capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')))
}

/** Names of the template's transforms, in order. */
export function transformsOf(template: Template): string[] {
  const declared = template.Transform === undefined ? [] : [template.Transform].flat()
  return declared.map(item => isObject(item) ? String(item.Name) : String(item))
}
