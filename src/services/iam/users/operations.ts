import { changing } from '../state.ts'
import { AttachUserPolicy } from './AttachUserPolicy.ts'
import { CreateUser } from './CreateUser.ts'
import { DeleteUser } from './DeleteUser.ts'
import { DeleteUserPermissionsBoundary } from './DeleteUserPermissionsBoundary.ts'
import { DeleteUserPolicy } from './DeleteUserPolicy.ts'
import { DetachUserPolicy } from './DetachUserPolicy.ts'
import { GetUser } from './GetUser.ts'
import { GetUserPolicy } from './GetUserPolicy.ts'
import { ListAttachedUserPolicies } from './ListAttachedUserPolicies.ts'
import { ListUserPolicies } from './ListUserPolicies.ts'
import { ListUserTags } from './ListUserTags.ts'
import { ListUsers } from './ListUsers.ts'
import { PutUserPermissionsBoundary } from './PutUserPermissionsBoundary.ts'
import { PutUserPolicy } from './PutUserPolicy.ts'
import { TagUser } from './TagUser.ts'
import { UntagUser } from './UntagUser.ts'
import { UpdateUser } from './UpdateUser.ts'

/** Operations on users. */
export const users = {
  AttachUserPolicy: changing(AttachUserPolicy), CreateUser: changing(CreateUser), DeleteUser: changing(DeleteUser),
  DeleteUserPermissionsBoundary: changing(DeleteUserPermissionsBoundary), DeleteUserPolicy: changing(DeleteUserPolicy),
  DetachUserPolicy: changing(DetachUserPolicy), PutUserPermissionsBoundary: changing(PutUserPermissionsBoundary),
  PutUserPolicy: changing(PutUserPolicy), TagUser: changing(TagUser), UntagUser: changing(UntagUser), UpdateUser: changing(UpdateUser),
  GetUser, GetUserPolicy, ListAttachedUserPolicies, ListUserPolicies, ListUserTags, ListUsers,
}
