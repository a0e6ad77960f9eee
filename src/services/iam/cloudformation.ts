import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { standingRoles } from './cloudformation-standing.ts'
import { ifThere, syncPolicies, syncTags, tagList, textOf, type Document, type EntityProperties } from './cloudformation-policies.ts'
import { groupPolicyType, oidcProviderType, rolePolicyType, serviceLinkedRoleType, userPolicyType, virtualMfaDeviceType } from './cloudformation-more-types.ts'
import { managedPolicyType, policyType } from './cloudformation-policy-types.ts'
import { accessKeyType, groupType, instanceProfileType, userToGroupAdditionType, userType } from './cloudformation-user-types.ts'

interface RoleProperties extends EntityProperties {
  RoleName?: string
  AssumeRolePolicyDocument: Document
  Description?: string
  MaxSessionDuration?: number
}

const roleType: ResourceType<RoleProperties> = {
  ...standingRoles,
  properties: {
    AssumeRolePolicyDocument: 'required', Description: 'optional', ManagedPolicyArns: 'optional', MaxSessionDuration: 'optional', Path: 'optional',
    PermissionsBoundary: 'optional', Policies: 'optional', RoleName: 'optional', Tags: 'optional',
  },
  createOnly: ['Path', 'RoleName'],
  async create(resource, properties) {
    const { Path, Description, MaxSessionDuration, PermissionsBoundary } = properties
    const name = properties.RoleName ?? resource.generatedName(64)
    const { Role } = await resource.aws.iam.CreateRole({
      RoleName: name, AssumeRolePolicyDocument: textOf(properties.AssumeRolePolicyDocument), Tags: tagList(resource, properties),
      ...Path !== undefined && { Path },
      ...Description !== undefined && { Description }, ...MaxSessionDuration !== undefined && { MaxSessionDuration: Number(MaxSessionDuration) },
      ...PermissionsBoundary !== undefined && { PermissionsBoundary },
    })
    try {
      await syncPolicies(resource, 'Role', name, properties, {})
    } catch (error) {
      // A role half made is taken away again, so that the stack can be tried anew.
      await removeRole(resource, name)
      throw error
    }
    return { id: name, attributes: { Arn: Role!.Arn, RoleId: Role!.RoleId } }
  },
  async update(resource, name, properties, previous) {
    const { iam } = resource.aws
    const document = textOf(properties.AssumeRolePolicyDocument)
    if (document !== textOf(previous.AssumeRolePolicyDocument)) await iam.UpdateAssumeRolePolicy({ RoleName: name, PolicyDocument: document })
    await iam.UpdateRole({ RoleName: name, Description: properties.Description ?? '', MaxSessionDuration: Number(properties.MaxSessionDuration ?? 3600) })
    await syncPolicies(resource, 'Role', name, properties, previous)
    await syncTags(resource, 'Role', name, properties, previous)
    const { Role } = await iam.GetRole({ RoleName: name })
    return { id: name, attributes: { Arn: Role!.Arn, RoleId: Role!.RoleId } }
  },
  delete: (resource, name) => removeRole(resource, name),
}

/** Takes a role away with whatever was put on it, by the stack or since. */
async function removeRole({ aws: { iam } }: ResourceContext, RoleName: string): Promise<void> {
  await ifThere(async () => {
    const [{ AttachedPolicies }, { PolicyNames }] = await Promise.all([iam.ListAttachedRolePolicies({ RoleName }), iam.ListRolePolicies({ RoleName })])
    for (const { PolicyArn } of AttachedPolicies ?? []) await iam.DetachRolePolicy({ RoleName, PolicyArn })
    for (const PolicyName of PolicyNames ?? []) await iam.DeleteRolePolicy({ RoleName, PolicyName })
    await iam.DeleteRole({ RoleName })
  })
}

export const resourceTypes: Record<string, ResourceType> = {
  'AWS::IAM::AccessKey': accessKeyType,
  'AWS::IAM::Group': groupType,
  'AWS::IAM::GroupPolicy': groupPolicyType,
  'AWS::IAM::InstanceProfile': instanceProfileType,
  'AWS::IAM::ManagedPolicy': managedPolicyType,
  'AWS::IAM::OIDCProvider': oidcProviderType,
  'AWS::IAM::Policy': policyType,
  'AWS::IAM::Role': roleType,
  'AWS::IAM::RolePolicy': rolePolicyType,
  'AWS::IAM::ServiceLinkedRole': serviceLinkedRoleType,
  'AWS::IAM::User': userType,
  'AWS::IAM::UserPolicy': userPolicyType,
  'AWS::IAM::UserToGroupAddition': userToGroupAdditionType,
  'AWS::IAM::VirtualMFADevice': virtualMfaDeviceType,
}
