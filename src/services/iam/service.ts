import type { IAM } from '@aws-sdk/client-iam'
import { service, type Scope } from '../../platform/service.ts'
import { onAll, onEntity, onNew, onPolicy } from './authorization.ts'
import { AttachRolePolicy } from './roles/AttachRolePolicy.ts'
import { CreateRole } from './roles/CreateRole.ts'
import { DeleteRole } from './roles/DeleteRole.ts'
import { DeleteRolePermissionsBoundary } from './roles/DeleteRolePermissionsBoundary.ts'
import { DeleteRolePolicy } from './roles/DeleteRolePolicy.ts'
import { DetachRolePolicy } from './roles/DetachRolePolicy.ts'
import { GetRole } from './roles/GetRole.ts'
import { GetRolePolicy } from './roles/GetRolePolicy.ts'
import { ListAttachedRolePolicies } from './roles/ListAttachedRolePolicies.ts'
import { ListRolePolicies } from './roles/ListRolePolicies.ts'
import { ListRoleTags } from './roles/ListRoleTags.ts'
import { ListRoles } from './roles/ListRoles.ts'
import { PutRolePermissionsBoundary } from './roles/PutRolePermissionsBoundary.ts'
import { PutRolePolicy } from './roles/PutRolePolicy.ts'
import { TagRole } from './roles/TagRole.ts'
import { UntagRole } from './roles/UntagRole.ts'
import { UpdateAssumeRolePolicy } from './roles/UpdateAssumeRolePolicy.ts'
import { UpdateRole } from './roles/UpdateRole.ts'
import { UpdateRoleDescription } from './roles/UpdateRoleDescription.ts'
import { CreatePolicy } from './policies/CreatePolicy.ts'
import { CreatePolicyVersion } from './policies/CreatePolicyVersion.ts'
import { DeletePolicy } from './policies/DeletePolicy.ts'
import { DeletePolicyVersion } from './policies/DeletePolicyVersion.ts'
import { GetPolicy } from './policies/GetPolicy.ts'
import { GetPolicyVersion } from './policies/GetPolicyVersion.ts'
import { ListEntitiesForPolicy } from './policies/ListEntitiesForPolicy.ts'
import { ListPolicies } from './policies/ListPolicies.ts'
import { ListPolicyVersions } from './policies/ListPolicyVersions.ts'
import { SetDefaultPolicyVersion } from './policies/SetDefaultPolicyVersion.ts'
import { changing, tables, type Iam, type IamState } from './state.ts'

const role = onEntity('role')

export const iam = service<IAM, Iam>({
  name: 'iam',
  billing: 'AWSIdentityAndAccessManagement',
  tables,
  operations: {
    AttachRolePolicy: changing(AttachRolePolicy), CreateRole: changing(CreateRole), DeleteRole: changing(DeleteRole),
    DeleteRolePermissionsBoundary: changing(DeleteRolePermissionsBoundary), DeleteRolePolicy: changing(DeleteRolePolicy),
    DetachRolePolicy: changing(DetachRolePolicy), PutRolePermissionsBoundary: changing(PutRolePermissionsBoundary),
    PutRolePolicy: changing(PutRolePolicy), TagRole: changing(TagRole), UntagRole: changing(UntagRole),
    UpdateAssumeRolePolicy: changing(UpdateAssumeRolePolicy), UpdateRole: changing(UpdateRole),
    UpdateRoleDescription: changing(UpdateRoleDescription),
    GetRole, GetRolePolicy, ListAttachedRolePolicies, ListRolePolicies, ListRoleTags, ListRoles,
    CreatePolicy: changing(CreatePolicy), CreatePolicyVersion: changing(CreatePolicyVersion), DeletePolicy: changing(DeletePolicy),
    DeletePolicyVersion: changing(DeletePolicyVersion), SetDefaultPolicyVersion: changing(SetDefaultPolicyVersion),
    GetPolicy, GetPolicyVersion, ListEntitiesForPolicy, ListPolicies, ListPolicyVersions,
  },
  authorization: {
    AttachRolePolicy: role, DeleteRole: role, DeleteRolePermissionsBoundary: role, DeleteRolePolicy: role, DetachRolePolicy: role,
    GetRole: role, GetRolePolicy: role, ListAttachedRolePolicies: role, ListRolePolicies: role, ListRoleTags: role,
    PutRolePermissionsBoundary: role, PutRolePolicy: role, TagRole: role, UntagRole: role, UpdateAssumeRolePolicy: role, UpdateRole: role,
    UpdateRoleDescription: role,
    CreateRole: onNew('role', 'RoleName'), ListRoles: onAll('role'),
    CreatePolicyVersion: onPolicy, DeletePolicy: onPolicy, DeletePolicyVersion: onPolicy, GetPolicy: onPolicy, GetPolicyVersion: onPolicy,
    ListEntitiesForPolicy: onPolicy, ListPolicyVersions: onPolicy, SetDefaultPolicyVersion: onPolicy,
    CreatePolicy: onNew('policy', 'PolicyName'), ListPolicies: onAll('policy'),
  },
  open(scope: Scope): IamState {
    const { sessions } = scope.config
    if (!sessions) throw new Error('IAM needs the identity provider to tell it of changes: see createIdentityProvider.')
    return { changed: account => sessions.changed(account) }
  },
})
