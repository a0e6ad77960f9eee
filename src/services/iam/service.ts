import type { IAM } from '@aws-sdk/client-iam'
import { globalArn } from '../../platform/arns.ts'
import { service, type Scope } from '../../platform/service.ts'
import { onAll, onEntity, onNew, onOpenId, onPolicy, onProfile } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { groups } from './groups/operations.ts'
import { keys } from './keys/operations.ts'
import { openIdProviders } from './openid/operations.ts'
import { policies } from './policies/operations.ts'
import { profiles } from './profiles/operations.ts'
import { roles } from './roles/operations.ts'
import { simulation } from './simulator/operations.ts'
import { users } from './users/operations.ts'
import { tables, type Iam, type IamState } from './state.ts'

const role = onEntity('role')
const user = onEntity('user')
const group = onEntity('group')
const onSource = { resource: (_: Iam, input: { PolicySourceArn: string | undefined }) => input.PolicySourceArn ?? '*' }

export const iam = service<IAM, Iam>({
  name: 'iam',
  billing: 'AWSIdentityAndAccessManagement',
  tables,
  operations: { ...groups, ...keys, ...openIdProviders, ...policies, ...profiles, ...roles, ...simulation, ...users },
  authorization: {
    ListPolicyTags: onPolicy, TagPolicy: onPolicy, UntagPolicy: onPolicy,
    CreateServiceLinkedRole: {
      resource: (scope, input) => globalArn(scope, 'iam', `role/aws-service-role/${input.AWSServiceName}/*`),
      conditions: (_scope, input) => ({ 'iam:AWSServiceName': input.AWSServiceName }),
    },
    AttachRolePolicy: role, CreateRole: onNew('role', 'RoleName'), DeleteRole: role, DeleteRolePermissionsBoundary: role, DeleteRolePolicy: role,
    DetachRolePolicy: role, GetRole: role, GetRolePolicy: role, ListAttachedRolePolicies: role, ListRolePolicies: role, ListRoleTags: role,
    ListRoles: onAll('role'), PutRolePermissionsBoundary: role, PutRolePolicy: role, TagRole: role, UntagRole: role, UpdateAssumeRolePolicy: role,
    UpdateRole: role, UpdateRoleDescription: role,
    CreatePolicy: onNew('policy', 'PolicyName'), CreatePolicyVersion: onPolicy, DeletePolicy: onPolicy, DeletePolicyVersion: onPolicy,
    GetPolicy: onPolicy, GetPolicyVersion: onPolicy, ListEntitiesForPolicy: onPolicy, ListPolicies: onAll('policy'), ListPolicyVersions: onPolicy,
    SetDefaultPolicyVersion: onPolicy,
    AttachUserPolicy: user, CreateUser: onNew('user', 'UserName'), DeleteUser: user, DeleteUserPermissionsBoundary: user, DeleteUserPolicy: user,
    DetachUserPolicy: user, GetUser: user, GetUserPolicy: user, ListAttachedUserPolicies: user, ListUserPolicies: user, ListUserTags: user,
    ListUsers: onAll('user'), PutUserPermissionsBoundary: user, PutUserPolicy: user, TagUser: user, UntagUser: user,
    AddUserToGroup: group, AttachGroupPolicy: group, CreateGroup: onNew('group', 'GroupName'), DeleteGroup: group, DeleteGroupPolicy: group,
    DetachGroupPolicy: group, GetGroup: group, GetGroupPolicy: group, ListAttachedGroupPolicies: group, ListGroupPolicies: group,
    ListGroups: onAll('group'), ListGroupsForUser: user, PutGroupPolicy: group, RemoveUserFromGroup: group,
    CreateAccessKey: user, DeleteAccessKey: user, ListAccessKeys: user, UpdateAccessKey: user,
    GetContextKeysForCustomPolicy: { resource: '*' }, GetContextKeysForPrincipalPolicy: onSource, SimulateCustomPolicy: { resource: '*' }, SimulatePrincipalPolicy: onSource,
    AddClientIDToOpenIDConnectProvider: onOpenId, DeleteOpenIDConnectProvider: onOpenId, GetOpenIDConnectProvider: onOpenId, ListOpenIDConnectProviderTags: onOpenId,
    RemoveClientIDFromOpenIDConnectProvider: onOpenId, TagOpenIDConnectProvider: onOpenId, UntagOpenIDConnectProvider: onOpenId,
    UpdateOpenIDConnectProviderThumbprint: onOpenId,
    CreateOpenIDConnectProvider: { resource: (scope, input) => globalArn(scope, 'iam', `oidc-provider/${String(input.Url).replace(/^https?:\/\//, '')}`) },
    ListOpenIDConnectProviders: onAll('oidc-provider'),
    AddRoleToInstanceProfile: onProfile, CreateInstanceProfile: onNew('instance-profile', 'InstanceProfileName'), DeleteInstanceProfile: onProfile,
    GetInstanceProfile: onProfile, ListInstanceProfiles: onAll('instance-profile'), ListInstanceProfilesForRole: role,
    RemoveRoleFromInstanceProfile: onProfile,
  },
  resourceTypes,
  open(scope: Scope): IamState {
    const { sessions } = scope.config
    if (!sessions) throw new Error('IAM needs the identity provider to tell it of changes: see createIdentityProvider.')
    return { changed: account => sessions.changed(account) }
  },
})
