import type { Tag } from '@aws-sdk/client-organizations'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'

// Like AWS, CloudFormation tags nothing here by itself: an organization is not the stack's.

interface Tagged { Tags?: Tag[] }

async function retag({ aws }: ResourceContext, ResourceId: string, { Tags }: Tagged, previous: Tagged): Promise<void> {
  const now = userTags(tagsFromList(Tags))
  const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in now))
  if (TagKeys.length > 0) await aws.organizations.UntagResource({ ResourceId, TagKeys })
  if (Object.keys(now).length > 0) await aws.organizations.TagResource({ ResourceId, Tags: tagsToList(now) })
}

const gone = (...names: string[]) => (error: Error) => {
  if (!names.includes(error.name)) throw error
}

const organization: ResourceType<{ FeatureSet?: 'ALL' | 'CONSOLIDATED_BILLING' }> = {
  properties: { FeatureSet: 'optional' },
  createOnly: ['FeatureSet'],
  async create({ aws }, { FeatureSet }) {
    const { Organization: made } = await aws.organizations.CreateOrganization({ FeatureSet })
    const [root] = (await aws.organizations.ListRoots({})).Roots!
    const { Arn, Id, MasterAccountArn, MasterAccountEmail, MasterAccountId } = made!
    const attributes = {
      Arn, Id, RootId: root!.Id, ManagementAccountArn: MasterAccountArn, ManagementAccountEmail: MasterAccountEmail, ManagementAccountId: MasterAccountId,
    }
    return { id: Id!, attributes }
  },
  async delete({ aws }) {
    await aws.organizations.DeleteOrganization({}).catch(gone('AWSOrganizationsNotInUseException'))
  },
}

interface UnitProperties extends Tagged { Name: string, ParentId: string }

const unit: ResourceType<UnitProperties> = {
  properties: { Name: 'required', ParentId: 'required', Tags: 'optional' },
  createOnly: ['ParentId'],
  async create({ aws }, properties) {
    const { Id, Arn } = (await aws.organizations.CreateOrganizationalUnit(properties)).OrganizationalUnit!
    return { id: Id!, attributes: { Id, Arn } }
  },
  async update(resource, id, properties, previous) {
    if (properties.Name !== previous.Name) await resource.aws.organizations.UpdateOrganizationalUnit({ OrganizationalUnitId: id, Name: properties.Name })
    await retag(resource, id, properties, previous)
    return { id }
  },
  async delete({ aws }, OrganizationalUnitId) {
    await aws.organizations.DeleteOrganizationalUnit({ OrganizationalUnitId }).catch(gone('OrganizationalUnitNotFoundException'))
  },
}

interface PolicyProperties extends Tagged { Name: string, Type: 'SERVICE_CONTROL_POLICY', Content: object | string, Description?: string, TargetIds?: string[] }

const contentOf = ({ Content }: PolicyProperties) => typeof Content === 'string' ? Content : JSON.stringify(Content)

const policy: ResourceType<PolicyProperties> = {
  properties: { Name: 'required', Type: 'required', Content: 'required', Description: 'optional', TargetIds: 'optional', Tags: 'optional' },
  createOnly: ['Type'],
  async create({ aws }, properties) {
    const { TargetIds = [], Description = '', Content: _, ...more } = properties
    const made = (await aws.organizations.CreatePolicy({ ...more, Description, Content: contentOf(properties) })).Policy!.PolicySummary!
    for (const TargetId of TargetIds) await aws.organizations.AttachPolicy({ PolicyId: made.Id!, TargetId })
    return { id: made.Id!, attributes: { Id: made.Id, Arn: made.Arn, AwsManaged: false } }
  },
  async update(resource, PolicyId, properties, previous) {
    const { aws } = resource
    const { Name, Description = '', TargetIds = [] } = properties
    await aws.organizations.UpdatePolicy({ PolicyId, Name, Description, Content: contentOf(properties) })
    const before = previous.TargetIds ?? []
    for (const TargetId of TargetIds.filter(id => !before.includes(id))) await aws.organizations.AttachPolicy({ PolicyId, TargetId })
    for (const TargetId of before.filter(id => !TargetIds.includes(id))) {
      await aws.organizations.DetachPolicy({ PolicyId, TargetId }).catch(gone('PolicyNotAttachedException', 'TargetNotFoundException'))
    }
    await retag(resource, PolicyId, properties, previous)
    return { id: PolicyId }
  },
  async delete({ aws }, PolicyId, { TargetIds = [] }) {
    for (const TargetId of TargetIds) {
      await aws.organizations.DetachPolicy({ PolicyId, TargetId }).catch(gone('PolicyNotAttachedException', 'TargetNotFoundException', 'PolicyNotFoundException'))
    }
    await aws.organizations.DeletePolicy({ PolicyId }).catch(gone('PolicyNotFoundException'))
  },
}

interface AccountProperties extends Tagged { AccountName: string, Email: string, RoleName?: string, ParentIds?: string[] }

/** Moves an account to the one parent that is named; the root where none is. */
async function moveTo({ aws }: ResourceContext, AccountId: string, { ParentIds = [] }: AccountProperties): Promise<void> {
  const SourceParentId = (await aws.organizations.ListParents({ ChildId: AccountId })).Parents![0]!.Id!
  const DestinationParentId = ParentIds[0] ?? (await aws.organizations.ListRoots({})).Roots![0]!.Id!
  if (DestinationParentId !== SourceParentId) await aws.organizations.MoveAccount({ AccountId, SourceParentId, DestinationParentId })
}

const account: ResourceType<AccountProperties> = {
  properties: { AccountName: 'required', Email: 'required', RoleName: 'optional', ParentIds: 'optional', Tags: 'optional' },
  createOnly: ['AccountName', 'Email', 'RoleName'],
  async create(resource, properties) {
    const { aws } = resource
    const { ParentIds: _, ...more } = properties
    let status = (await aws.organizations.CreateAccount(more)).CreateAccountStatus!
    while (status.State === 'IN_PROGRESS') {
      // It takes some milliseconds.
      await resource.wait(0)
      status = (await aws.organizations.DescribeCreateAccountStatus({ CreateAccountRequestId: status.Id! })).CreateAccountStatus!
    }
    if (status.State === 'FAILED') throw new Error(`The account could not be created: ${status.FailureReason}`)
    const id = status.AccountId!
    await moveTo(resource, id, properties)
    const { Arn, JoinedMethod, JoinedTimestamp, Status } = (await aws.organizations.DescribeAccount({ AccountId: id })).Account!
    return { id, attributes: { AccountId: id, Arn, JoinedMethod, JoinedTimestamp: JoinedTimestamp!.toISOString(), Status } }
  },
  async update(resource, id, properties, previous) {
    await moveTo(resource, id, properties)
    await retag(resource, id, properties, previous)
    return { id }
  },
  // AWS closes the account, which Fogbank does not: it goes on outside of the organization.
  async delete({ aws }, AccountId) {
    await aws.organizations.RemoveAccountFromOrganization({ AccountId }).catch(gone('AccountNotFoundException', 'AWSOrganizationsNotInUseException'))
  },
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::Organizations::Account': account, 'AWS::Organizations::Organization': organization, 'AWS::Organizations::OrganizationalUnit': unit,
  'AWS::Organizations::Policy': policy,
}
