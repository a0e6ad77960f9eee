import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { standingGroups, standingUsers } from './cloudformation-standing.ts'
import { everyPage, ifStanding } from './cloudformation-reading.ts'
import { call, ifThere, syncPolicies, syncTags, tagList, type EntityProperties, type Kind } from './cloudformation-policies.ts'

async function dropPolicies(resource: ResourceContext, kind: Kind, name: string): Promise<void> {
  const { AttachedPolicies = [] } = await call(resource, 'ListAttached', kind, 'Policies', name)
  for (const { PolicyArn } of AttachedPolicies) await call(resource, 'Detach', kind, 'Policy', name, { PolicyArn })
  const { PolicyNames = [] } = await call(resource, 'List', kind, 'Policies', name)
  for (const PolicyName of PolicyNames) await call(resource, 'Delete', kind, 'Policy', name, { PolicyName })
}

interface UserProperties extends EntityProperties {
  UserName?: string, Groups?: string[], LoginProfile?: { Password: string, PasswordResetRequired?: boolean | string }
}

/** Gives the user the password of its properties, another one, or none. */
async function syncLogin(
  { aws: { iam } }: ResourceContext, UserName: string, wanted: UserProperties['LoginProfile'], previous: UserProperties['LoginProfile']
): Promise<void> {
  if (JSON.stringify(wanted) === JSON.stringify(previous)) return
  if (!wanted) return ifThere(() => iam.DeleteLoginProfile({ UserName }))
  const login = { UserName, Password: wanted.Password, PasswordResetRequired: String(wanted.PasswordResetRequired ?? false) === 'true' }
  await (previous ? iam.UpdateLoginProfile(login) : iam.CreateLoginProfile(login))
}

export const userType: ResourceType<UserProperties> = {
  ...standingUsers,
  properties: {
    Groups: 'optional', LoginProfile: 'optional', ManagedPolicyArns: 'optional', Path: 'optional', PermissionsBoundary: 'optional', Policies: 'optional',
    Tags: 'optional',
    UserName: 'optional',
  },
  createOnly: ['UserName'],
  async create(resource, properties) {
    const UserName = properties.UserName ?? resource.generatedName(64)
    const { User } = await resource.aws.iam.CreateUser({
      UserName, Tags: tagList(resource, properties), ...properties.Path !== undefined && { Path: properties.Path }
    })
    await syncPolicies(resource, 'User', UserName, properties, {})
    for (const GroupName of properties.Groups ?? []) await resource.aws.iam.AddUserToGroup({ GroupName, UserName })
    await syncLogin(resource, UserName, properties.LoginProfile, undefined)
    return { id: UserName, attributes: { Arn: User!.Arn } }
  },
  async update(resource, UserName, properties, previous) {
    if (properties.Path !== previous.Path) await resource.aws.iam.UpdateUser({ UserName, NewPath: properties.Path ?? '/' })
    await syncLogin(resource, UserName, properties.LoginProfile, previous.LoginProfile)
    await syncPolicies(resource, 'User', UserName, properties, previous)
    await syncTags(resource, 'User', UserName, properties, previous)
    for (const GroupName of previous.Groups ?? []) {
      if (!properties.Groups?.includes(GroupName)) await ifThere(() => resource.aws.iam.RemoveUserFromGroup({ GroupName, UserName }))
    }
    for (const GroupName of properties.Groups ?? []) await resource.aws.iam.AddUserToGroup({ GroupName, UserName })
    return { id: UserName, attributes: { Arn: (await resource.aws.iam.GetUser({ UserName })).User!.Arn } }
  },
  delete: (resource, UserName) => ifThere(async () => {
    const { iam } = resource.aws
    for (const { GroupName } of (await iam.ListGroupsForUser({ UserName })).Groups ?? []) await iam.RemoveUserFromGroup({ GroupName, UserName })
    await dropPolicies(resource, 'User', UserName)
    await ifThere(() => iam.DeleteLoginProfile({ UserName }))
    await iam.DeleteUser({ UserName })
  }),
}

interface GroupProperties extends EntityProperties { GroupName?: string }

export const groupType: ResourceType<GroupProperties> = {
  ...standingGroups,
  properties: { GroupName: 'optional', ManagedPolicyArns: 'optional', Path: 'optional', Policies: 'optional' },
  createOnly: ['GroupName'],
  async create(resource, properties) {
    const GroupName = properties.GroupName ?? resource.generatedName(128)
    const { Group } = await resource.aws.iam.CreateGroup({ GroupName, ...properties.Path !== undefined && { Path: properties.Path } })
    await syncPolicies(resource, 'Group', GroupName, properties, {})
    return { id: GroupName, attributes: { Arn: Group!.Arn } }
  },
  async update(resource, GroupName, properties, previous) {
    if (properties.Path !== previous.Path) await resource.aws.iam.UpdateGroup({ GroupName, NewPath: properties.Path ?? '/' })
    await syncPolicies(resource, 'Group', GroupName, properties, previous)
    return { id: GroupName, attributes: { Arn: (await resource.aws.iam.GetGroup({ GroupName })).Group!.Arn } }
  },
  delete: (resource, GroupName) => ifThere(async () => {
    await dropPolicies(resource, 'Group', GroupName)
    await resource.aws.iam.DeleteGroup({ GroupName })
  }),
}

export const userToGroupAdditionType: ResourceType<{ GroupName: string, Users: string[] }> = {
  properties: { GroupName: 'required', Users: 'required' },
  createOnly: ['GroupName'],
  async create(resource, { GroupName, Users }) {
    for (const UserName of Users) await resource.aws.iam.AddUserToGroup({ GroupName, UserName })
    const id = resource.generatedName(128)
    return { id, attributes: { Id: id } }
  },
  async update(resource, id, { GroupName, Users }, previous) {
    for (const UserName of Users) await resource.aws.iam.AddUserToGroup({ GroupName, UserName })
    for (const UserName of previous.Users) if (!Users.includes(UserName)) await ifThere(() => resource.aws.iam.RemoveUserFromGroup({ GroupName, UserName }))
    return { id, attributes: { Id: id } }
  },
  async delete(resource, _id, { GroupName, Users }) {
    for (const UserName of Users) await ifThere(() => resource.aws.iam.RemoveUserFromGroup({ GroupName, UserName }))
  },
  // Of the group's users only those that it added are its own; where none of them is left, nothing of it is.
  async read({ aws: { iam } }, _id, { GroupName, Users: added = [] }) {
    const members = await ifStanding(everyPage(input => iam.GetGroup({ GroupName, ...input }), page => page.Users))
    const Users = added.filter(name => members?.some(user => user.UserName!.toLowerCase() === name.toLowerCase()))
    return Users.length > 0 ? { GroupName: GroupName!, Users } : undefined
  },
}

export const instanceProfileType: ResourceType<{ InstanceProfileName?: string, Path?: string, Roles: string[] }> = {
  identifier: 'InstanceProfileName',
  properties: { InstanceProfileName: 'optional', Path: 'optional', Roles: 'required' },
  createOnly: ['InstanceProfileName', 'Path'],
  async create(resource, { InstanceProfileName = resource.generatedName(128), Path, Roles }) {
    const { iam } = resource.aws
    const { InstanceProfile } = await iam.CreateInstanceProfile({ InstanceProfileName, ...Path !== undefined && { Path } })
    for (const RoleName of Roles) await iam.AddRoleToInstanceProfile({ InstanceProfileName, RoleName })
    return { id: InstanceProfileName, attributes: { Arn: InstanceProfile!.Arn } }
  },
  async update({ aws: { iam } }, InstanceProfileName, { Roles }, previous) {
    for (const RoleName of previous.Roles) {
      if (!Roles.includes(RoleName)) await ifThere(() => iam.RemoveRoleFromInstanceProfile({ InstanceProfileName, RoleName }))
    }
    for (const RoleName of Roles) if (!previous.Roles.includes(RoleName)) await iam.AddRoleToInstanceProfile({ InstanceProfileName, RoleName })
    return { id: InstanceProfileName, attributes: { Arn: (await iam.GetInstanceProfile({ InstanceProfileName })).InstanceProfile!.Arn } }
  },
  async delete({ aws: { iam } }, InstanceProfileName, { Roles }) {
    for (const RoleName of Roles) await ifThere(() => iam.RemoveRoleFromInstanceProfile({ InstanceProfileName, RoleName }))
    await ifThere(() => iam.DeleteInstanceProfile({ InstanceProfileName }))
  },
  async read({ aws: { iam } }, InstanceProfileName) {
    const found = await ifStanding(iam.GetInstanceProfile({ InstanceProfileName }))
    return found && { InstanceProfileName, Path: found.InstanceProfile!.Path!, Roles: found.InstanceProfile!.Roles!.map(role => role.RoleName!) }
  },
  attributes: async ({ aws: { iam } }, InstanceProfileName) => ({ Arn: (await iam.GetInstanceProfile({ InstanceProfileName })).InstanceProfile!.Arn }),
  list: async ({ aws: { iam } }) =>
    (await everyPage(input => iam.ListInstanceProfiles(input), page => page.InstanceProfiles)).map(found => found.InstanceProfileName!),
}

interface AccessKeyProperties { UserName: string, Status?: 'Active' | 'Inactive', Serial?: number }

export const accessKeyType: ResourceType<AccessKeyProperties> = {
  properties: { UserName: 'required', Status: 'optional', Serial: 'optional' },
  createOnly: ['Serial', 'UserName'],
  async create({ aws: { iam } }, { UserName, Status }) {
    const { AccessKey } = await iam.CreateAccessKey({ UserName })
    const { AccessKeyId, SecretAccessKey } = AccessKey!
    if (Status === 'Inactive') await iam.UpdateAccessKey({ UserName, AccessKeyId, Status })
    return { id: AccessKeyId!, attributes: { SecretAccessKey, Id: AccessKeyId } }
  },
  async update({ aws: { iam } }, AccessKeyId, { UserName, Status = 'Active' }) {
    await iam.UpdateAccessKey({ UserName, AccessKeyId, Status })
    // The secret is answered once: the attributes stay as they are.
    return { id: AccessKeyId }
  },
  delete: ({ aws: { iam } }, AccessKeyId, { UserName }) => ifThere(() => iam.DeleteAccessKey({ UserName, AccessKeyId })),
  // Serial is a counter of the template's alone.
  async read({ aws: { iam } }, AccessKeyId, { UserName }) {
    const keys = await ifStanding(everyPage(input => iam.ListAccessKeys({ UserName, ...input }), page => page.AccessKeyMetadata))
    const found = keys?.find(key => key.AccessKeyId === AccessKeyId)
    return found && { UserName: found.UserName!, Status: found.Status as 'Active' | 'Inactive' }
  },
}
