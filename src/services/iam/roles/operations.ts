import { changing } from '../state.ts'
import { AttachRolePolicy } from './AttachRolePolicy.ts'
import { CreateRole } from './CreateRole.ts'
import { CreateServiceLinkedRole } from './CreateServiceLinkedRole.ts'
import { DeleteRole } from './DeleteRole.ts'
import { DeleteRolePermissionsBoundary } from './DeleteRolePermissionsBoundary.ts'
import { DeleteRolePolicy } from './DeleteRolePolicy.ts'
import { DeleteServiceLinkedRole } from './DeleteServiceLinkedRole.ts'
import { DetachRolePolicy } from './DetachRolePolicy.ts'
import { GetRole } from './GetRole.ts'
import { GetRolePolicy } from './GetRolePolicy.ts'
import { GetServiceLinkedRoleDeletionStatus } from './GetServiceLinkedRoleDeletionStatus.ts'
import { ListAttachedRolePolicies } from './ListAttachedRolePolicies.ts'
import { ListRolePolicies } from './ListRolePolicies.ts'
import { ListRoleTags } from './ListRoleTags.ts'
import { ListRoles } from './ListRoles.ts'
import { PutRolePermissionsBoundary } from './PutRolePermissionsBoundary.ts'
import { PutRolePolicy } from './PutRolePolicy.ts'
import { TagRole } from './TagRole.ts'
import { UntagRole } from './UntagRole.ts'
import { UpdateAssumeRolePolicy } from './UpdateAssumeRolePolicy.ts'
import { UpdateRole } from './UpdateRole.ts'
import { UpdateRoleDescription } from './UpdateRoleDescription.ts'

/** Operations on roles. */
export const roles = {
  CreateServiceLinkedRole: changing(CreateServiceLinkedRole), DeleteServiceLinkedRole: changing(DeleteServiceLinkedRole), GetServiceLinkedRoleDeletionStatus,
  AttachRolePolicy: changing(AttachRolePolicy), CreateRole: changing(CreateRole), DeleteRole: changing(DeleteRole),
  DeleteRolePermissionsBoundary: changing(DeleteRolePermissionsBoundary), DeleteRolePolicy: changing(DeleteRolePolicy),
  DetachRolePolicy: changing(DetachRolePolicy), PutRolePermissionsBoundary: changing(PutRolePermissionsBoundary),
  PutRolePolicy: changing(PutRolePolicy), TagRole: changing(TagRole), UntagRole: changing(UntagRole),
  UpdateAssumeRolePolicy: changing(UpdateAssumeRolePolicy), UpdateRole: changing(UpdateRole), UpdateRoleDescription: changing(UpdateRoleDescription),
  GetRole, GetRolePolicy, ListAttachedRolePolicies, ListRolePolicies, ListRoleTags, ListRoles,
}
