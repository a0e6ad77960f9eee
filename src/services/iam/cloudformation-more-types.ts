import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { call, ifThere, tagList, textOf, type Kind } from './cloudformation-policies.ts'
import { everyPage, ifStanding, inlinePolicy } from './cloudformation-reading.ts'
import { linkedRoleName } from './roles/service-linked.ts'

type InlineProperties = Record<string, string> & { PolicyDocument?: any }

/** An inline policy as a resource of its own: AWS::IAM::RolePolicy and its like. */
function inlinePolicyType(kind: Kind): ResourceType<InlineProperties> {
  const owner = `${kind}Name`
  const put = (resource: ResourceContext, properties: InlineProperties) =>
    call(resource, 'Put', kind, 'Policy', properties[owner]!, { PolicyName: properties.PolicyName, PolicyDocument: textOf(properties.PolicyDocument ?? '') })
  return {
    properties: { PolicyName: 'required', [owner]: 'required', PolicyDocument: 'optional' },
    createOnly: ['PolicyName', owner],
    identifier: ['PolicyName', owner],
    async create(resource, properties) {
      await put(resource, properties)
      return { id: `${properties.PolicyName}|${properties[owner]}` }
    },
    async update(resource, id, properties) {
      await put(resource, properties)
      return { id }
    },
    delete: (resource, _id, properties) => ifThere(() => call(resource, 'Delete', kind, 'Policy', properties[owner]!, { PolicyName: properties.PolicyName })),
    async read(resource, id) {
      const [PolicyName, name] = id.split('|')
      const PolicyDocument = await inlinePolicy(resource, kind, name!, PolicyName!)
      return PolicyDocument === undefined ? undefined : { PolicyName: PolicyName!, [owner]: name!, PolicyDocument } as InlineProperties
    },
  }
}

export const rolePolicyType = inlinePolicyType('Role')
export const userPolicyType = inlinePolicyType('User')
export const groupPolicyType = inlinePolicyType('Group')

interface OidcProperties { Url?: string, ClientIdList?: string[], ThumbprintList?: string[], Tags?: { Key: string, Value: string }[] }

export const oidcProviderType: ResourceType<OidcProperties> = {
  identifier: 'Arn',
  properties: { ClientIdList: 'optional', Tags: 'optional', ThumbprintList: 'optional', Url: 'required' },
  createOnly: ['Url'],
  async create(resource, properties) {
    const { Url, ClientIdList, ThumbprintList } = properties
    const { OpenIDConnectProviderArn: arn } = await resource.aws.iam.CreateOpenIDConnectProvider({
      Url, Tags: tagList(resource, properties), ...ClientIdList && { ClientIDList: ClientIdList }, ...ThumbprintList && { ThumbprintList },
    })
    return { id: arn!, attributes: { Arn: arn } }
  },
  async update(resource, OpenIDConnectProviderArn, properties, previous) {
    const { iam } = resource.aws
    const [wanted, before] = [properties.ClientIdList ?? [], previous.ClientIdList ?? []]
    for (const ClientID of before) if (!wanted.includes(ClientID)) await iam.RemoveClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID })
    for (const ClientID of wanted) if (!before.includes(ClientID)) await iam.AddClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID })
    if (properties.ThumbprintList) await iam.UpdateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList: properties.ThumbprintList })
    const tags = tagList(resource, properties)
    const gone = Object.keys(tagsFromList(previous.Tags)).filter(key => !tags.some(tag => tag.Key === key))
    if (gone.length > 0) await iam.UntagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: gone })
    if (tags.length > 0) await iam.TagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: tags })
    return { id: OpenIDConnectProviderArn }
  },
  delete: ({ aws: { iam } }, arn) => ifThere(async () => {
    // A creation that was cut off has no ARN yet, and made nothing.
    if (arn.startsWith('arn:')) await iam.DeleteOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })
  }),
  tags: async ({ aws: { iam } }, arn) => tagsFromList((await iam.ListOpenIDConnectProviderTags({ OpenIDConnectProviderArn: arn })).Tags),
  async read({ aws: { iam } }, arn, known) {
    const found = await ifStanding(iam.GetOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }))
    // IAM answers the address without its scheme.
    const Url = known.Url?.replace(/^https?:\/\//, '') === found?.Url ? known.Url : `https://${found?.Url}`
    return found && { Url, ClientIdList: found.ClientIDList, ThumbprintList: found.ThumbprintList }
  },
  attributes: async (_, Arn) => ({ Arn }),
  list: async ({ aws: { iam } }) => (await iam.ListOpenIDConnectProviders({})).OpenIDConnectProviderList!.map(found => found.Arn!),
}

interface LinkedRoleProperties { AWSServiceName?: string, CustomSuffix?: string, Description?: string }

export const serviceLinkedRoleType: ResourceType<LinkedRoleProperties> = {
  identifier: 'RoleName',
  properties: { AWSServiceName: 'required', CustomSuffix: 'optional', Description: 'optional' },
  createOnly: ['AWSServiceName', 'CustomSuffix'],
  async create(resource, { AWSServiceName, CustomSuffix, Description }) {
    const { Role } = await resource.aws.iam.CreateServiceLinkedRole({
      AWSServiceName, ...CustomSuffix !== undefined && { CustomSuffix }, ...Description !== undefined && { Description },
    })
    return { id: Role!.RoleName!, attributes: { RoleName: Role!.RoleName } }
  },
  async update(resource, RoleName, { Description }) {
    await resource.aws.iam.UpdateRole({ RoleName, Description: Description ?? '' })
    return { id: RoleName }
  },
  delete: ({ aws: { iam } }, RoleName) => ifThere(() => iam.DeleteServiceLinkedRole({ RoleName })),
  async read({ aws: { iam } }, RoleName) {
    const { Role } = await ifStanding(iam.GetRole({ RoleName })) ?? {}
    const AWSServiceName = Role?.Path!.match(/^\/aws-service-role\/([^/]+)\/$/)?.[1]
    if (AWSServiceName === undefined) return undefined
    return {
      AWSServiceName, CustomSuffix: RoleName.slice(linkedRoleName(AWSServiceName).name.length + 1) || undefined, Description: Role!.Description || undefined
    }
  },
  attributes: async (_, RoleName) => ({ RoleName }),
}

interface MfaProperties { VirtualMfaDeviceName?: string, Path?: string, Users: string[], Tags?: { Key: string, Value: string }[] }

/** A device of a template has a seed that nobody has seen, so it cannot be switched on: its users must be there, and that is all. */
export const virtualMfaDeviceType: ResourceType<MfaProperties> = {
  identifier: 'SerialNumber',
  properties: { Path: 'optional', Tags: 'optional', Users: 'required', VirtualMfaDeviceName: 'optional' },
  createOnly: ['Path', 'VirtualMfaDeviceName'],
  async create(resource, properties) {
    const { iam } = resource.aws
    for (const UserName of properties.Users) await iam.GetUser({ UserName })
    const { VirtualMFADevice } = await iam.CreateVirtualMFADevice({
      VirtualMFADeviceName: properties.VirtualMfaDeviceName ?? resource.generatedName(226), Tags: tagList(resource, properties),
      ...properties.Path !== undefined && { Path: properties.Path },
    })
    return { id: VirtualMFADevice!.SerialNumber!, attributes: { SerialNumber: VirtualMFADevice!.SerialNumber } }
  },
  async update(resource, SerialNumber, properties, previous) {
    const { iam } = resource.aws
    for (const UserName of properties.Users) await iam.GetUser({ UserName })
    const tags = tagList(resource, properties)
    const gone = Object.keys(tagsFromList(previous.Tags)).filter(key => !tags.some(tag => tag.Key === key))
    if (gone.length > 0) await iam.UntagMFADevice({ SerialNumber, TagKeys: gone })
    if (tags.length > 0) await iam.TagMFADevice({ SerialNumber, Tags: tags })
    return { id: SerialNumber }
  },
  delete: ({ aws: { iam }, partition, account }, id, { Path = '/' }) =>
    ifThere(() => iam.DeleteVirtualMFADevice({ SerialNumber: id.startsWith('arn:') ? id : `arn:${partition}:iam::${account}:mfa${Path}${id}` })),
  tags: async ({ aws: { iam } }, SerialNumber) => tagsFromList((await iam.ListMFADeviceTags({ SerialNumber })).Tags),
  async read({ aws: { iam } }, SerialNumber, { Users = [] }) {
    const found = (await everyPage(input => iam.ListVirtualMFADevices(input), page => page.VirtualMFADevices)).find(one => one.SerialNumber === SerialNumber)
    if (!found) return undefined
    const [, Path, VirtualMfaDeviceName] = SerialNumber.match(/:mfa(\/(?:.*\/)?)([^/]+)$/)!
    // A device that is not in use says nothing of whose it is to be, and one user of those that are named is as it shall be.
    const user = found.User?.UserName
    return { Path: Path!, VirtualMfaDeviceName: VirtualMfaDeviceName!, ...user !== undefined && !Users.includes(user) && { Users: [user] } }
  },
  attributes: async (_, SerialNumber) => ({ SerialNumber }),
  list: async ({ aws: { iam } }) =>
    (await everyPage(input => iam.ListVirtualMFADevices(input), page => page.VirtualMFADevices)).map(found => found.SerialNumber!),
}
