import type { ResourceContext } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'
import type { Document } from './cloudformation-policies.ts'

const documentOf = (text: string | undefined): Document => JSON.parse(decodeURIComponent(text ?? '{}'))

/** Roles that exist already: for drift detection, import and Cloud Control. */
export const standingRoles = {
  identifier: 'RoleName',
  tags: async ({ aws: { iam } }: ResourceContext, RoleName: string) => tagsFromList((await iam.ListRoleTags({ RoleName })).Tags),
  async read({ aws: { iam } }: ResourceContext, RoleName: string) {
    const found = await iam.GetRole({ RoleName }).catch((error: Error) => {
      if (!error.name.startsWith('NoSuchEntity')) throw error
    })
    if (!found) return undefined
    const { AssumeRolePolicyDocument, Description, MaxSessionDuration, Path, PermissionsBoundary } = found.Role!
    const { AttachedPolicies } = await iam.ListAttachedRolePolicies({ RoleName })
    const { PolicyNames = [] } = await iam.ListRolePolicies({ RoleName })
    const Policies = await Promise.all(PolicyNames.map(async PolicyName =>
      ({ PolicyName, PolicyDocument: documentOf((await iam.GetRolePolicy({ RoleName, PolicyName })).PolicyDocument) })))
    return {
      RoleName, AssumeRolePolicyDocument: documentOf(AssumeRolePolicyDocument), Description, MaxSessionDuration, Path,
      PermissionsBoundary: PermissionsBoundary?.PermissionsBoundaryArn, ManagedPolicyArns: (AttachedPolicies ?? []).map(policy => policy.PolicyArn!), Policies,
    }
  },
  async attributes({ aws }: ResourceContext, RoleName: string) {
    const { Role } = await aws.iam.GetRole({ RoleName })
    return { Arn: Role!.Arn, RoleId: Role!.RoleId }
  },
  async list({ aws }: ResourceContext) {
    const names: string[] = []
    for (let Marker: string | undefined, more = true; more; more = Marker !== undefined) {
      const page = await aws.iam.ListRoles({ ...Marker !== undefined && { Marker } })
      names.push(...(page.Roles ?? []).map(role => role.RoleName!))
      Marker = page.IsTruncated ? page.Marker : undefined
    }
    return names
  },
}
