import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { ignoreMissing, ownTags, updateTags } from './cloudformation-values.ts'
import { standingApiMappings, standingDomainNames } from './cloudformation-standing.ts'

const domainArn = ({ partition, region }: ResourceContext, name: string) => `arn:${partition}:apigateway:${region}::/domainnames/${name}`

async function described(resource: ResourceContext, DomainName: string): Promise<Created> {
  const { DomainNameConfigurations, DomainNameArn } = await resource.aws.apigatewayv2.GetDomainName({ DomainName })
  const [first] = DomainNameConfigurations ?? []
  return { id: DomainName, attributes: { DomainNameArn, RegionalDomainName: first?.ApiGatewayDomainName, RegionalHostedZoneId: first?.HostedZoneId } }
}

export const domainName: ResourceType = {
  ...standingDomainNames,
  attributes: async (resource, id) => (await described(resource, id)).attributes!,
  properties: { DomainName: 'required', DomainNameConfigurations: 'optional', MutualTlsAuthentication: 'optional', RoutingMode: 'optional', Tags: 'optional' },
  createOnly: ['DomainName'],
  async create(resource, { Tags, ...properties }) {
    await resource.aws.apigatewayv2.CreateDomainName({ ...properties, Tags: ownTags(resource, Tags) } as any)
    return described(resource, properties.DomainName)
  },
  async update(resource, id, { Tags, ...properties }, previous) {
    await resource.aws.apigatewayv2.UpdateDomainName(properties as any)
    await updateTags(resource, domainArn(resource, id), Tags, previous.Tags)
    return described(resource, id)
  },
  delete: ({ aws }, id) => ignoreMissing(aws.apigatewayv2.DeleteDomainName({ DomainName: id })),
}

export const apiMapping: ResourceType = {
  ...standingApiMappings,
  attributes: async (_, ApiMappingId) => ({ ApiMappingId }),
  properties: { ApiId: 'required', DomainName: 'required', Stage: 'required', ApiMappingKey: 'optional' },
  createOnly: ['DomainName'],
  async create({ aws }, properties) {
    const { ApiMappingId } = await aws.apigatewayv2.CreateApiMapping(properties as any)
    return { id: ApiMappingId!, attributes: { ApiMappingId } }
  },
  async update({ aws }, id, { ApiMappingKey = '', ...properties }) {
    await aws.apigatewayv2.UpdateApiMapping({ ...properties, ApiMappingKey, ApiMappingId: id } as any)
    return { id, attributes: { ApiMappingId: id } }
  },
  delete: ({ aws }, id, { DomainName }) => ignoreMissing(aws.apigatewayv2.DeleteApiMapping({ DomainName, ApiMappingId: id })),
}
