import type { Tag } from '@aws-sdk/client-organizations'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { allPages, unlessGone } from '../../platform/standing.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'

// Like AWS, CloudFormation tags nothing here by itself: an organization is not the stack's.

interface Tagged { Tags?: Tag[] }

async function retag({ aws }: ResourceContext, ResourceId: string, { Tags }: Tagged, previous: Tagged): Promise<void> {
  const now = userTags(tagsFromList(Tags))
  const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in now))
  if (TagKeys.length > 0) await aws.organizations.UntagResource({ ResourceId, TagKeys })
  if (Object.keys(now).length > 0) await aws.organizations.TagResource({ ResourceId, Tags: tagsToList(now) })
}

const tagsOf = async ({ aws }: ResourceContext, ResourceId: string) => (await aws.organizations.ListTagsForResource({ ResourceId })).Tags ?? []

/** What is answered of something in the organization; undefined where it, or the organization, is not there. */
const ifStanding = <Answer>(answer: Promise<Answer>, ...errors: string[]) => unlessGone(answer, 'AWSOrganizationsNotInUseException', ...errors)

const gone = (...names: string[]) => (error: Error) => {
  if (!names.includes(error.name)) throw error
}

async function organizationAttributes({ aws }: ResourceContext) {
  const { Arn, Id, MasterAccountArn, MasterAccountEmail, MasterAccountId } = (await aws.organizations.DescribeOrganization({})).Organization!
  const [root] = (await aws.organizations.ListRoots({})).Roots!
  return { Arn, Id, RootId: root!.Id, ManagementAccountArn: MasterAccountArn, ManagementAccountEmail: MasterAccountEmail, ManagementAccountId: MasterAccountId }
}

const organization: ResourceType<{ FeatureSet?: 'ALL' | 'CONSOLIDATED_BILLING' }> = {
  properties: { FeatureSet: 'optional' },
  createOnly: ['FeatureSet'],
  identifier: 'Id',
  async create(resource, { FeatureSet }) {
    const { Organization: made } = await resource.aws.organizations.CreateOrganization({ FeatureSet })
    return { id: made!.Id!, attributes: await organizationAttributes(resource) }
  },
  async read({ aws }, id) {
    const found = (await ifStanding(aws.organizations.DescribeOrganization({})))?.Organization
    return found?.Id === id ? { FeatureSet: found.FeatureSet } : undefined
  },
  attributes: organizationAttributes,
  async list({ aws }) {
    const found = await ifStanding(aws.organizations.DescribeOrganization({}))
    return found ? [found.Organization!.Id!] : []
  },
  async delete({ aws }) {
    await aws.organizations.DeleteOrganization({}).catch(gone('AWSOrganizationsNotInUseException'))
  },
}

interface UnitProperties extends Tagged { Name: string, ParentId: string }

const unit: ResourceType<UnitProperties> = {
  properties: { Name: 'required', ParentId: 'required', Tags: 'optional' },
  createOnly: ['ParentId'],
  identifier: 'Id',
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
  async read(resource, id) {
    const { organizations } = resource.aws
    const found = await ifStanding(organizations.DescribeOrganizationalUnit({ OrganizationalUnitId: id }), 'OrganizationalUnitNotFoundException')
    if (!found) return undefined
    const [parent] = (await organizations.ListParents({ ChildId: id })).Parents!
    return { Name: found.OrganizationalUnit!.Name!, ParentId: parent!.Id!, Tags: await tagsOf(resource, id) }
  },
  async attributes({ aws }, OrganizationalUnitId) {
    const { Id, Arn } = (await aws.organizations.DescribeOrganizationalUnit({ OrganizationalUnitId })).OrganizationalUnit!
    return { Id, Arn }
  },
  listBy: ['ParentId'],
  list: ({ aws }, { ParentId }) => allPages(async NextToken => {
    const page = await aws.organizations.ListOrganizationalUnitsForParent({ ParentId, ...NextToken !== undefined && { NextToken } })
    return { items: page.OrganizationalUnits!.map(found => found.Id!), next: page.NextToken }
  }),
}

interface PolicyProperties extends Tagged { Name: string, Type: 'SERVICE_CONTROL_POLICY', Content: object | string, Description?: string, TargetIds?: string[] }

const contentOf = ({ Content }: PolicyProperties) => typeof Content === 'string' ? Content : JSON.stringify(Content)

const policy: ResourceType<PolicyProperties> = {
  properties: { Name: 'required', Type: 'required', Content: 'required', Description: 'optional', TargetIds: 'optional', Tags: 'optional' },
  createOnly: ['Type'],
  identifier: 'Id',
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
      await aws.organizations.DetachPolicy({ PolicyId, TargetId })
        .catch(gone('PolicyNotAttachedException', 'TargetNotFoundException', 'PolicyNotFoundException'))
    }
    await aws.organizations.DeletePolicy({ PolicyId }).catch(gone('PolicyNotFoundException'))
  },
  async read(resource, PolicyId) {
    const { organizations } = resource.aws
    const found = (await ifStanding(organizations.DescribePolicy({ PolicyId }), 'PolicyNotFoundException'))?.Policy
    if (!found) return undefined
    const { Name, Type, Description, AwsManaged } = found.PolicySummary!
    const TargetIds = await allPages(async NextToken => {
      const page = await organizations.ListTargetsForPolicy({ PolicyId, ...NextToken !== undefined && { NextToken } })
      return { items: page.Targets!.map(target => target.TargetId!), next: page.NextToken }
    })
    return {
      Name: Name!, Type: Type as 'SERVICE_CONTROL_POLICY', Description: Description || undefined, Content: JSON.parse(found.Content!), TargetIds,
      // AWS's own policies carry none.
      Tags: AwsManaged ? [] : await tagsOf(resource, PolicyId),
    }
  },
  async attributes({ aws }, PolicyId) {
    const { Id, Arn, AwsManaged } = (await aws.organizations.DescribePolicy({ PolicyId })).Policy!.PolicySummary!
    return { Id, Arn, AwsManaged }
  },
  listBy: ['Type'],
  list: ({ aws }, { Type }) => allPages(async NextToken => {
    const page = await aws.organizations.ListPolicies({ Filter: Type, ...NextToken !== undefined && { NextToken } })
    return { items: page.Policies!.map(found => found.Id!), next: page.NextToken }
  }),
}

interface AccountProperties extends Tagged { AccountName: string, Email: string, RoleName?: string, ParentIds?: string[] }

/** Moves an account to the one parent that is named; the root where none is. */
async function moveTo({ aws }: ResourceContext, AccountId: string, { ParentIds = [] }: AccountProperties): Promise<void> {
  const SourceParentId = (await aws.organizations.ListParents({ ChildId: AccountId })).Parents![0]!.Id!
  const DestinationParentId = ParentIds[0] ?? (await aws.organizations.ListRoots({})).Roots![0]!.Id!
  if (DestinationParentId !== SourceParentId) await aws.organizations.MoveAccount({ AccountId, SourceParentId, DestinationParentId })
}

async function accountAttributes({ aws }: ResourceContext, AccountId: string) {
  const { Arn, JoinedMethod, JoinedTimestamp, Status } = (await aws.organizations.DescribeAccount({ AccountId })).Account!
  return { AccountId, Arn, JoinedMethod, JoinedTimestamp: JoinedTimestamp!.toISOString(), Status }
}

const account: ResourceType<AccountProperties> = {
  properties: { AccountName: 'required', Email: 'required', RoleName: 'optional', ParentIds: 'optional', Tags: 'optional' },
  createOnly: ['AccountName', 'Email', 'RoleName'],
  identifier: 'AccountId',
  writeOnly: ['RoleName'],
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
    return { id, attributes: await accountAttributes(resource, id) }
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
  async read(resource, AccountId, known) {
    const { organizations } = resource.aws
    const found = (await ifStanding(organizations.DescribeAccount({ AccountId }), 'AccountNotFoundException'))?.Account
    if (!found) return undefined
    const [parent] = (await organizations.ListParents({ ChildId: AccountId })).Parents!
    // To name no parent is to name the root.
    const ParentIds = parent!.Type === 'ROOT' && known.ParentIds?.length === 0 ? [] : [parent!.Id!]
    return { AccountName: found.Name!, Email: found.Email!, ParentIds, Tags: await tagsOf(resource, AccountId) }
  },
  attributes: accountAttributes,
  list: ({ aws }) => allPages(async NextToken => {
    const page = await aws.organizations.ListAccounts({ ...NextToken !== undefined && { NextToken } })
    return { items: page.Accounts!.map(found => found.Id!), next: page.NextToken }
  }),
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::Organizations::Account': account, 'AWS::Organizations::Organization': organization, 'AWS::Organizations::OrganizationalUnit': unit,
  'AWS::Organizations::Policy': policy,
}
