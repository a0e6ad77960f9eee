import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { call, ifThere, tagList, textOf, type Kind } from './cloudformation-policies.ts'

type InlineProperties = Record<string, string> & { PolicyDocument?: any }

/** An inline policy as a resource of its own: AWS::IAM::RolePolicy and its like. */
function inlinePolicyType(kind: Kind): ResourceType<InlineProperties> {
  const owner = `${kind}Name`
  const put = (resource: ResourceContext, properties: InlineProperties) =>
    call(resource, 'Put', kind, 'Policy', properties[owner]!, { PolicyName: properties.PolicyName, PolicyDocument: textOf(properties.PolicyDocument ?? '') })
  return {
    properties: { PolicyName: 'required', [owner]: 'required', PolicyDocument: 'optional' },
    createOnly: ['PolicyName', owner],
    async create(resource, properties) {
      await put(resource, properties)
      return { id: `${properties.PolicyName}|${properties[owner]}` }
    },
    async update(resource, id, properties) {
      await put(resource, properties)
      return { id }
    },
    delete: (resource, _id, properties) => ifThere(() => call(resource, 'Delete', kind, 'Policy', properties[owner]!, { PolicyName: properties.PolicyName })),
  }
}

export const rolePolicyType = inlinePolicyType('Role')
export const userPolicyType = inlinePolicyType('User')
export const groupPolicyType = inlinePolicyType('Group')

interface OidcProperties { Url?: string, ClientIdList?: string[], ThumbprintList?: string[], Tags?: { Key: string, Value: string }[] }

export const oidcProviderType: ResourceType<OidcProperties> = {
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
}

interface LinkedRoleProperties { AWSServiceName?: string, CustomSuffix?: string, Description?: string }

export const serviceLinkedRoleType: ResourceType<LinkedRoleProperties> = {
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
}

interface MfaProperties { VirtualMfaDeviceName?: string, Path?: string, Users: string[], Tags?: { Key: string, Value: string }[] }

/** A device of a template has a seed that nobody has seen, so it cannot be switched on: its users must be there, and that is all. */
export const virtualMfaDeviceType: ResourceType<MfaProperties> = {
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
}
