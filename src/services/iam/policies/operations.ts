import { changing } from '../state.ts'
import { CreatePolicy } from './CreatePolicy.ts'
import { CreatePolicyVersion } from './CreatePolicyVersion.ts'
import { DeletePolicy } from './DeletePolicy.ts'
import { DeletePolicyVersion } from './DeletePolicyVersion.ts'
import { GetPolicy } from './GetPolicy.ts'
import { GetPolicyVersion } from './GetPolicyVersion.ts'
import { ListEntitiesForPolicy } from './ListEntitiesForPolicy.ts'
import { ListPolicies } from './ListPolicies.ts'
import { ListPolicyVersions } from './ListPolicyVersions.ts'
import { ListPolicyTags } from './ListPolicyTags.ts'
import { SetDefaultPolicyVersion } from './SetDefaultPolicyVersion.ts'
import { TagPolicy } from './TagPolicy.ts'
import { UntagPolicy } from './UntagPolicy.ts'

/** Operations on policies. */
export const policies = {
  ListPolicyTags, TagPolicy: changing(TagPolicy), UntagPolicy: changing(UntagPolicy),
  CreatePolicy: changing(CreatePolicy), CreatePolicyVersion: changing(CreatePolicyVersion), DeletePolicy: changing(DeletePolicy),
  DeletePolicyVersion: changing(DeletePolicyVersion), SetDefaultPolicyVersion: changing(SetDefaultPolicyVersion),
  GetPolicy, GetPolicyVersion, ListEntitiesForPolicy, ListPolicies, ListPolicyVersions,
}
