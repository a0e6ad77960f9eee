import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { documentOf, everyPage, ifStanding, policiesOf } from './cloudformation-reading.ts'

// Roles, users and groups that exist already: for drift detection, import and Cloud Control.

export const standingRoles = {
  identifier: 'RoleName',
  tags: async ({ aws: { iam } }: ResourceContext, RoleName: string) => tagsFromList((await iam.ListRoleTags({ RoleName })).Tags),
  async read(resource: ResourceContext, RoleName: string) {
    const found = await ifStanding(resource.aws.iam.GetRole({ RoleName }))
    if (!found) return undefined
    const { AssumeRolePolicyDocument, Description, MaxSessionDuration, Path, PermissionsBoundary } = found.Role!
    return {
      RoleName, AssumeRolePolicyDocument: documentOf(AssumeRolePolicyDocument), Description, MaxSessionDuration, Path,
      PermissionsBoundary: PermissionsBoundary?.PermissionsBoundaryArn, ...await policiesOf(resource, 'Role', RoleName),
    }
  },
  async attributes({ aws }: ResourceContext, RoleName: string) {
    const { Role } = await aws.iam.GetRole({ RoleName })
    return { Arn: Role!.Arn, RoleId: Role!.RoleId }
  },
  list: async ({ aws: { iam } }: ResourceContext) => (await everyPage(input => iam.ListRoles(input), page => page.Roles)).map(role => role.RoleName!),
}

interface Login { Password: string, PasswordResetRequired?: boolean | string }

export const standingUsers = {
  identifier: 'UserName',
  writeOnly: ['LoginProfile/Password'],
  tags: async ({ aws: { iam } }: ResourceContext, UserName: string) => tagsFromList((await iam.ListUserTags({ UserName })).Tags),
  async read(resource: ResourceContext, UserName: string, known: Known<{ LoginProfile?: Login }>) {
    const { iam } = resource.aws
    const found = await ifStanding(iam.GetUser({ UserName }))
    if (!found) return undefined
    const { Path, PermissionsBoundary } = found.User!
    const login = (await ifStanding(iam.GetLoginProfile({ UserName })))?.LoginProfile
    // That the password need not be reset is told where the template speaks of it: it is what a profile that says nothing means as well.
    const told = login?.PasswordResetRequired || known.LoginProfile?.PasswordResetRequired !== undefined
    return {
      UserName, Path, PermissionsBoundary: PermissionsBoundary?.PermissionsBoundaryArn, ...await policiesOf(resource, 'User', UserName),
      Groups: (await everyPage(input => iam.ListGroupsForUser({ UserName, ...input }), page => page.Groups)).map(group => group.GroupName!),
      LoginProfile: login && { ...told && { PasswordResetRequired: login.PasswordResetRequired } } as Login,
    }
  },
  attributes: async ({ aws: { iam } }: ResourceContext, UserName: string) => ({ Arn: (await iam.GetUser({ UserName })).User!.Arn }),
  list: async ({ aws: { iam } }: ResourceContext) => (await everyPage(input => iam.ListUsers(input), page => page.Users)).map(user => user.UserName!),
}

export const standingGroups = {
  identifier: 'GroupName',
  async read(resource: ResourceContext, GroupName: string) {
    const found = await ifStanding(resource.aws.iam.GetGroup({ GroupName }))
    return found && { GroupName, Path: found.Group!.Path, ...await policiesOf(resource, 'Group', GroupName) }
  },
  attributes: async ({ aws: { iam } }: ResourceContext, GroupName: string) => ({ Arn: (await iam.GetGroup({ GroupName })).Group!.Arn }),
  list: async ({ aws: { iam } }: ResourceContext) => (await everyPage(input => iam.ListGroups(input), page => page.Groups)).map(group => group.GroupName!),
}
