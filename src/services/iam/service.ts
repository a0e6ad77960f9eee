import type { IAM } from '@aws-sdk/client-iam'
import { globalArn } from '../../platform/arns.ts'
import { service, type Scope } from '../../platform/service.ts'
import { arnOf, onAll, onCertificate, onDevice, onEntity, onNew, onOpenId, onPolicy, onProfile } from './authorization.ts'
import { certificates } from './certificates/operations.ts'
import { resourceTypes } from './cloudformation.ts'
import { account } from './account/operations.ts'
import { groups } from './groups/operations.ts'
import { keys } from './keys/operations.ts'
import { logins } from './logins/operations.ts'
import { mfaDevices } from './mfa/operations.ts'
import { openIdProviders } from './openid/operations.ts'
import { policies } from './policies/operations.ts'
import { profiles } from './profiles/operations.ts'
import { roles } from './roles/operations.ts'
import { simulation } from './simulator/operations.ts'
import { sshKeys } from './ssh/operations.ts'
import { users } from './users/operations.ts'
import { tables, type Iam, type IamState } from './state.ts'

const role = onEntity('role')
const user = onEntity('user')
const group = onEntity('group')
const all = { resource: '*' as const }
const onSource = { resource: (_: Iam, input: { PolicySourceArn: string | undefined }) => input.PolicySourceArn ?? '*' }

export const iam = service<IAM, Iam>({
  name: 'iam',
  billing: 'AWSIdentityAndAccessManagement',
  tables,
  operations: {
    ...account, ...certificates, ...sshKeys, ...groups, ...keys, ...logins, ...mfaDevices, ...openIdProviders, ...policies, ...profiles, ...roles,
    ...simulation, ...users
  },
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
    GetContextKeysForCustomPolicy: { resource: '*' }, GetContextKeysForPrincipalPolicy: onSource, SimulateCustomPolicy: { resource: '*' },
    SimulatePrincipalPolicy: onSource,
    AddClientIDToOpenIDConnectProvider: onOpenId, DeleteOpenIDConnectProvider: onOpenId, GetOpenIDConnectProvider: onOpenId,
    ListOpenIDConnectProviderTags: onOpenId,
    RemoveClientIDFromOpenIDConnectProvider: onOpenId, TagOpenIDConnectProvider: onOpenId, UntagOpenIDConnectProvider: onOpenId,
    UpdateOpenIDConnectProviderThumbprint: onOpenId,
    CreateOpenIDConnectProvider: { resource: (scope, input) => globalArn(scope, 'iam', `oidc-provider/${String(input.Url).replace(/^https?:\/\//, '')}`) },
    ListOpenIDConnectProviders: onAll('oidc-provider'),
    CreateAccountAlias: all, DeleteAccountAlias: all, DeleteAccountPasswordPolicy: all, GenerateCredentialReport: all, GetAccountAuthorizationDetails: all,
    GetAccountPasswordPolicy: all, GetAccountSummary: all, GetCredentialReport: all, ListAccountAliases: all, UpdateAccountPasswordPolicy: all,
    ListPoliciesGrantingServiceAccess: { resource: (_, input) => input.Arn ?? '*' },
    ChangePassword: user, CreateLoginProfile: user, DeleteLoginProfile: user, GetLoginProfile: user, UpdateLoginProfile: user, UpdateUser: user,
    UpdateGroup: group,
    CreateVirtualMFADevice: onNew('mfa', 'VirtualMFADeviceName'), DeleteVirtualMFADevice: onDevice, ListMFADeviceTags: onDevice, TagMFADevice: onDevice,
    UntagMFADevice: onDevice,
    DeactivateMFADevice: user, EnableMFADevice: user, ResyncMFADevice: user, ListMFADevices: user, ListVirtualMFADevices: all,
    GetMFADevice: { resource: (scope, input) => input.UserName === undefined ? input.SerialNumber! : arnOf(scope, 'user', input.UserName) },
    GetAccessKeyLastUsed: { resource: async (scope, input) => arnOf(scope, 'user', (await scope.tables.accessKeys.get(input.AccessKeyId ?? ''))?.user) },
    DeleteServiceLinkedRole: role,
    GetServiceLinkedRoleDeletionStatus: {
      resource: (scope, input) => globalArn(scope, 'iam', `role/${String(input.DeletionTaskId).split('/').slice(1, -1).join('/')}`)
    },
    ListInstanceProfileTags: onProfile, TagInstanceProfile: onProfile, UntagInstanceProfile: onProfile,
    DeleteSSHPublicKey: user, GetSSHPublicKey: user, ListSSHPublicKeys: user, UpdateSSHPublicKey: user, UploadSSHPublicKey: user,
    DeleteSigningCertificate: user, ListSigningCertificates: user, UpdateSigningCertificate: user, UploadSigningCertificate: user,
    DeleteServerCertificate: onCertificate, GetServerCertificate: onCertificate, ListServerCertificateTags: onCertificate, TagServerCertificate: onCertificate,
    UntagServerCertificate: onCertificate, UpdateServerCertificate: onCertificate,
    UploadServerCertificate: onNew('server-certificate', 'ServerCertificateName'),
    ListServerCertificates: onAll('server-certificate'),
    AddRoleToInstanceProfile: onProfile, CreateInstanceProfile: onNew('instance-profile', 'InstanceProfileName'), DeleteInstanceProfile: onProfile,
    GetInstanceProfile: onProfile, ListInstanceProfiles: onAll('instance-profile'), ListInstanceProfilesForRole: role,
    RemoveRoleFromInstanceProfile: onProfile,
  },
  resourceTypes,
  settle: (state: IamState) => state.flush(),
  close: (state: IamState) => state.flush(),
  open(scope: Scope): IamState {
    const { sessions } = scope.config
    if (!sessions) throw new Error('IAM needs the identity provider to tell it of changes: see createIdentityProvider.')
    return { changed: id => sessions.changed(id), lastUsed: id => sessions.lastUsed(id), flush: () => sessions.flush() }
  },
})
