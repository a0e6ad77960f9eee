import { changing } from '../state.ts'
import { AddUserToGroup } from './AddUserToGroup.ts'
import { AttachGroupPolicy } from './AttachGroupPolicy.ts'
import { CreateGroup } from './CreateGroup.ts'
import { DeleteGroup } from './DeleteGroup.ts'
import { DeleteGroupPolicy } from './DeleteGroupPolicy.ts'
import { DetachGroupPolicy } from './DetachGroupPolicy.ts'
import { GetGroup } from './GetGroup.ts'
import { GetGroupPolicy } from './GetGroupPolicy.ts'
import { ListAttachedGroupPolicies } from './ListAttachedGroupPolicies.ts'
import { ListGroupPolicies } from './ListGroupPolicies.ts'
import { ListGroups } from './ListGroups.ts'
import { ListGroupsForUser } from './ListGroupsForUser.ts'
import { PutGroupPolicy } from './PutGroupPolicy.ts'
import { RemoveUserFromGroup } from './RemoveUserFromGroup.ts'
import { UpdateGroup } from './UpdateGroup.ts'

/** Operations on groups. */
export const groups = {
  AddUserToGroup: changing(AddUserToGroup), AttachGroupPolicy: changing(AttachGroupPolicy), CreateGroup: changing(CreateGroup),
  DeleteGroup: changing(DeleteGroup), DeleteGroupPolicy: changing(DeleteGroupPolicy), DetachGroupPolicy: changing(DetachGroupPolicy),
  PutGroupPolicy: changing(PutGroupPolicy), RemoveUserFromGroup: changing(RemoveUserFromGroup), UpdateGroup: changing(UpdateGroup),
  GetGroup, GetGroupPolicy, ListAttachedGroupPolicies, ListGroupPolicies, ListGroups, ListGroupsForUser,
}
