import { changing } from '../state.ts'
import { AddRoleToInstanceProfile } from './AddRoleToInstanceProfile.ts'
import { CreateInstanceProfile } from './CreateInstanceProfile.ts'
import { DeleteInstanceProfile } from './DeleteInstanceProfile.ts'
import { GetInstanceProfile } from './GetInstanceProfile.ts'
import { ListInstanceProfiles } from './ListInstanceProfiles.ts'
import { ListInstanceProfilesForRole } from './ListInstanceProfilesForRole.ts'
import { RemoveRoleFromInstanceProfile } from './RemoveRoleFromInstanceProfile.ts'
import { ListInstanceProfileTags } from './ListInstanceProfileTags.ts'
import { TagInstanceProfile } from './TagInstanceProfile.ts'
import { UntagInstanceProfile } from './UntagInstanceProfile.ts'

/** Operations on instance profiles. */
export const profiles = {
  AddRoleToInstanceProfile: changing(AddRoleToInstanceProfile), CreateInstanceProfile: changing(CreateInstanceProfile),
  DeleteInstanceProfile: changing(DeleteInstanceProfile), RemoveRoleFromInstanceProfile: changing(RemoveRoleFromInstanceProfile),
  GetInstanceProfile, ListInstanceProfileTags, TagInstanceProfile, UntagInstanceProfile, ListInstanceProfiles, ListInstanceProfilesForRole,
}
