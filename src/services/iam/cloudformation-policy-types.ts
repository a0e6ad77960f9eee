import { isDeepStrictEqual } from 'node:util'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { call, ifThere, textOf, type Document, type Kind } from './cloudformation-policies.ts'
import { documentOf, everyPage, ifStanding, inlinePolicy } from './cloudformation-reading.ts'
import { versionsPerPolicyMax } from './state.ts'

interface Targets { Roles?: string[], Users?: string[], Groups?: string[] }

/** Whom a policy of a template belongs to. */
function targetsOf({ Roles = [], Users = [], Groups = [] }: Targets): [Kind, string][] {
  const of = (kind: Kind, names: string[]) => names.map((name): [Kind, string] => [kind, name])
  return [...of('Role', Roles), ...of('User', Users), ...of('Group', Groups)]
}

const lost = (before: Targets, now: Targets) =>
  targetsOf(before).filter(([kind, name]) => !targetsOf(now).some(([otherKind, other]) => kind === otherKind && name === other))

interface PolicyProperties extends Targets { PolicyName: string, PolicyDocument: Document }

async function putInline(resource: ResourceContext, properties: PolicyProperties): Promise<void> {
  for (const [kind, name] of targetsOf(properties)) {
    await call(resource, 'Put', kind, 'Policy', name, { PolicyName: properties.PolicyName, PolicyDocument: textOf(properties.PolicyDocument) })
  }
}

async function dropInline(resource: ResourceContext, targets: [Kind, string][], PolicyName: string): Promise<void> {
  for (const [kind, name] of targets) await ifThere(() => call(resource, 'Delete', kind, 'Policy', name, { PolicyName }))
}

/** An inline policy, written into each of its roles, users and groups. */
export const policyType: ResourceType<PolicyProperties> = {
  properties: { PolicyName: 'required', PolicyDocument: 'required', Roles: 'optional', Users: 'optional', Groups: 'optional' },
  async create(resource, properties) {
    if (targetsOf(properties).length === 0) throw new Error('At least one of [Groups,Roles,Users] must be non-empty.')
    await putInline(resource, properties)
    const id = resource.generatedName(128)
    return { id, attributes: { Id: id } }
  },
  async update(resource, id, properties, previous) {
    await putInline(resource, properties)
    const renamed = previous.PolicyName !== properties.PolicyName
    await dropInline(resource, renamed ? targetsOf(previous) : lost(previous, properties), previous.PolicyName)
    return { id, attributes: { Id: id } }
  },
  delete: (resource, _id, properties) => dropInline(resource, targetsOf(properties), properties.PolicyName),
  // What the template names is asked whether it still has the policy. AWS does not look at this type.
  async read(resource, _id, { PolicyName = '', PolicyDocument: wanted, Roles, Users, Groups }) {
    const targets = await Promise.all(targetsOf({ ...Roles && { Roles }, ...Users && { Users }, ...Groups && { Groups } }).map(async ([kind, name]) =>
      ({ kind, name, document: await inlinePolicy(resource, kind, name, PolicyName) })))
    const standing = targets.filter(target => target.document !== undefined)
    if (standing.length === 0) return undefined
    const changed = standing.find(({ document }) => !isDeepStrictEqual(document, typeof wanted === 'string' ? JSON.parse(wanted) : wanted))
    const having = (kind: Kind) => standing.filter(target => target.kind === kind).map(target => target.name)
    return { PolicyName, PolicyDocument: (changed ?? standing[0]!).document!, Roles: having('Role'), Users: having('User'), Groups: having('Group') }
  },
}

interface ManagedPolicyProperties extends Targets { ManagedPolicyName?: string, PolicyDocument: Document, Description?: string, Path?: string }

async function attachTo(resource: ResourceContext, PolicyArn: string, targets: Targets): Promise<void> {
  for (const [kind, name] of targetsOf(targets)) await call(resource, 'Attach', kind, 'Policy', name, { PolicyArn })
}

async function detachFrom(resource: ResourceContext, PolicyArn: string, targets: [Kind, string][]): Promise<void> {
  for (const [kind, name] of targets) await ifThere(() => call(resource, 'Detach', kind, 'Policy', name, { PolicyArn }))
}

async function attributesOf({ aws: { iam } }: ResourceContext, PolicyArn: string) {
  const { Policy } = await iam.GetPolicy({ PolicyArn })
  return {
    PolicyArn, PolicyId: Policy!.PolicyId, AttachmentCount: Policy!.AttachmentCount, DefaultVersionId: Policy!.DefaultVersionId, IsAttachable: true,
    PermissionsBoundaryUsageCount: Policy!.PermissionsBoundaryUsageCount, CreateDate: Policy!.CreateDate!.toISOString(),
    UpdateDate: Policy!.UpdateDate!.toISOString(),
  }
}

/** Deletes the versions that are not the default one; of all but the last so many. */
async function pruneVersions({ aws: { iam } }: ResourceContext, PolicyArn: string, keep: number): Promise<void> {
  const { Versions = [] } = await iam.ListPolicyVersions({ PolicyArn })
  const others = Versions.filter(version => !version.IsDefaultVersion)
  for (const { VersionId } of others.slice(Math.max(0, keep - 1))) await iam.DeletePolicyVersion({ PolicyArn, VersionId })
}

/** Managed policies that exist already. Descriptions are told by GetPolicy alone, so a list is not enough. */
async function readManaged({ aws: { iam } }: ResourceContext, PolicyArn: string) {
  const found = await ifStanding(iam.GetPolicy({ PolicyArn }))
  if (!found) return undefined
  const { PolicyName, Description, Path, DefaultVersionId } = found.Policy!
  const { PolicyVersion } = await iam.GetPolicyVersion({ PolicyArn, VersionId: DefaultVersionId })
  const entities = (kind: Kind) =>
    everyPage(input => iam.ListEntitiesForPolicy({ PolicyArn, EntityFilter: kind, PolicyUsageFilter: 'PermissionsPolicy', ...input }), page => [page])
  return {
    ManagedPolicyName: PolicyName!, Description: Description || undefined, Path: Path!, PolicyDocument: documentOf(PolicyVersion!.Document),
    Roles: (await entities('Role')).flatMap(page => page.PolicyRoles!.map(role => role.RoleName!)),
    Users: (await entities('User')).flatMap(page => page.PolicyUsers!.map(user => user.UserName!)),
    Groups: (await entities('Group')).flatMap(page => page.PolicyGroups!.map(group => group.GroupName!)),
  }
}

export const managedPolicyType: ResourceType<ManagedPolicyProperties> = {
  identifier: 'PolicyArn',
  read: readManaged,
  attributes: attributesOf,
  list: async ({ aws: { iam } }) =>
    (await everyPage(input => iam.ListPolicies({ Scope: 'Local', ...input }), page => page.Policies)).map(policy => policy.Arn!),
  properties: {
    Description: 'optional', Groups: 'optional', ManagedPolicyName: 'optional', Path: 'optional', PolicyDocument: 'required', Roles: 'optional',
    Users: 'optional',
  },
  createOnly: ['Description', 'ManagedPolicyName', 'Path'],
  async create(resource, properties) {
    const { Description, Path } = properties
    const { Policy } = await resource.aws.iam.CreatePolicy({
      PolicyName: properties.ManagedPolicyName ?? resource.generatedName(128), PolicyDocument: textOf(properties.PolicyDocument),
      ...Description !== undefined && { Description }, ...Path !== undefined && { Path },
    })
    const arn = Policy!.Arn!
    await attachTo(resource, arn, properties)
    return { id: arn, attributes: await attributesOf(resource, arn) }
  },
  async update(resource, arn, properties, previous) {
    const document = textOf(properties.PolicyDocument)
    if (document !== textOf(previous.PolicyDocument)) {
      await pruneVersions(resource, arn, versionsPerPolicyMax - 1)
      await resource.aws.iam.CreatePolicyVersion({ PolicyArn: arn, PolicyDocument: document, SetAsDefault: true })
    }
    await attachTo(resource, arn, properties)
    await detachFrom(resource, arn, lost(previous, properties))
    return { id: arn, attributes: await attributesOf(resource, arn) }
  },
  async delete(resource, id, properties) {
    // A creation that was cut off is known by its name alone.
    const arn = id.startsWith('arn:') ? id : `arn:${resource.partition}:iam::${resource.account}:policy${properties.Path ?? '/'}${id}`
    await detachFrom(resource, arn, targetsOf(properties))
    await ifThere(async () => {
      await pruneVersions(resource, arn, 1)
      await resource.aws.iam.DeletePolicy({ PolicyArn: arn })
    })
  },
}
