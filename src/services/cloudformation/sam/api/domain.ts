import { invalidResource } from '../errors.ts'
import { dataHash, hashedId } from '../ids.ts'
import { getAtt, ref } from '../intrinsics.ts'
import { isDict, put, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectListOf, expectPresent, expectResource, generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

/** The API that a custom domain leads to. */
export interface DomainOwner { id: string, inherited: Dict }

/** The DNS records of a domain: one group for each hosted zone, shared by all APIs, unless asked otherwise. */
export function recordSets(sam: Sam, owner: DomainOwner, domain: Dict, alias: () => Dict, mayBeSeparate: boolean): Generated | undefined {
  const route53 = domain.Route53
  if (route53 === undefined || route53 === null) return undefined
  expectResource(route53, owner.id, 'Domain.Route53', 'map')
  const { HostedZoneId, HostedZoneName, SeparateRecordSetGroup, IpV6, Region, SetIdentifier } = route53
  if ((HostedZoneId ?? undefined) === undefined && (HostedZoneName ?? undefined) === undefined) {
    throw invalidResource(owner.id, 'HostedZoneId or HostedZoneName is required to enable Route53 support on Custom Domains.')
  }
  const zone = HostedZoneId || HostedZoneName
  const records = () => ['A', ...IpV6 === true ? ['AAAA'] : []].map(Type => ({
    Name: domain.DomainName, Type, AliasTarget: alias(), ...Region !== undefined && Region !== null ? { Region } : {},
    ...SetIdentifier !== undefined && SetIdentifier !== null ? { SetIdentifier } : {},
  }))
  const zoneOf = mayBeSeparate ? { HostedZoneId, HostedZoneName } : 'HostedZoneId' in route53 ? { HostedZoneId } : { HostedZoneName }
  if (mayBeSeparate && truthy(SeparateRecordSetGroup)) {
    expectResource(SeparateRecordSetGroup, owner.id, 'Domain.Route53.SeparateRecordSetGroup', 'boolean')
    const id = hashedId('RecordSetGroup', [zone, domain.DomainName])
    return generated(
      'AWS::Route53::RecordSetGroup', id, { HostedZoneId: HostedZoneId || undefined, HostedZoneName: HostedZoneName || undefined, RecordSets: records() },
      owner.inherited
    )
  }
  const id = `RecordSetGroup${dataHash(zone)}`
  const group = sam.recordSetGroups.get(id) ?? generated('AWS::Route53::RecordSetGroup', id, { ...zoneOf, RecordSets: [] }, owner.inherited)
  sam.recordSetGroups.set(id, group)
  group.properties.RecordSets = [...group.properties.RecordSets, ...records()]
  return group
}

function aliasTarget(domain: Dict, domainId: string): Dict {
  const { EvaluateTargetHealth, VpcEndpointHostedZoneId, VpcEndpointDomainName } = domain.Route53
  const health = EvaluateTargetHealth !== undefined && EvaluateTargetHealth !== null ? { EvaluateTargetHealth } : {}
  if (domain.EndpointConfiguration === 'REGIONAL') {
    return { ...health, HostedZoneId: getAtt(domainId, 'RegionalHostedZoneId'), DNSName: getAtt(domainId, 'RegionalDomainName') }
  }
  if (domain.EndpointConfiguration === 'EDGE') {
    if ((domain.Route53.DistributionDomainName ?? undefined) === undefined) {
      put(domain.Route53, 'DistributionDomainName', getAtt(domainId, 'DistributionDomainName'))
    }
    // The hosted zone of CloudFront is the same for all the world.
    return { ...health, HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: domain.Route53.DistributionDomainName }
  }
  return { ...health, HostedZoneId: VpcEndpointHostedZoneId ?? null, DNSName: VpcEndpointDomainName ?? null }
}

function basePaths({ BasePath }: Dict): Value {
  if (typeof BasePath === 'string' && BasePath !== '') return [BasePath]
  return Array.isArray(BasePath) && BasePath.length > 0 ? BasePath : undefined
}

const tlsFields = ['TruststoreUri', 'TruststoreVersion']

function mutualTls(owner: DomainOwner, tls: Value): Value {
  if (!truthy(tls)) return undefined
  expectResource(tls, owner.id, 'Domain.MutualTlsAuthentication', 'map')
  if (!Object.keys(tls).every(key => tlsFields.includes(key))) {
    throw invalidResource(owner.id, "Available Domain.MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].")
  }
  return Object.fromEntries(tlsFields.filter(field => truthy(tls[field])).map(field => [field, tls[field]]))
}

const optional = (domain: Dict, names: string[]): Dict => Object.fromEntries(names.filter(name => truthy(domain[name])).map(name => [name, domain[name]]))

/** The custom domain of a REST API: the domain, its base path mappings, DNS records and, where private, its access association. */
export function restDomain(sam: Sam, owner: DomainOwner, domain: Value): Generated[] {
  if (domain === undefined || domain === null) return []
  expectResource(domain, owner.id, 'Domain', 'map')
  const DomainName = expectPresent(domain.DomainName, owner.id, 'Domain.DomainName')
  const certificate = expectPresent(domain.CertificateArn, owner.id, 'Domain.CertificateArn')
  const isPrivate = domain.EndpointConfiguration === 'PRIVATE'
  const type = isPrivate ? 'AWS::ApiGateway::DomainNameV2' : 'AWS::ApiGateway::DomainName'
  const domainId = `ApiGatewayDomainName${isPrivate ? 'V2' : ''}${dataHash(DomainName)}`
  if (!isPrivate) {
    put(domain, 'ApiDomainName', domainId)
    if (domain.EndpointConfiguration === undefined || domain.EndpointConfiguration === null) put(domain, 'EndpointConfiguration', 'REGIONAL')
    if (!['EDGE', 'REGIONAL', 'PRIVATE'].includes(domain.EndpointConfiguration)) {
      throw invalidResource(owner.id, "EndpointConfiguration for Custom Domains must be one of ['EDGE', 'REGIONAL', 'PRIVATE'].")
    }
  }
  const endpoint = domain.EndpointConfiguration
  const resource = generated(type, domainId, {
    DomainName, [endpoint === 'REGIONAL' ? 'RegionalCertificateArn' : 'CertificateArn']: certificate,
    EndpointConfiguration: { Types: [endpoint], ...truthy(domain.IpAddressType) ? { IpAddressType: domain.IpAddressType } : {} },
    MutualTlsAuthentication: isPrivate ? undefined : mutualTls(owner, domain.MutualTlsAuthentication),
    ...optional(domain, ['SecurityPolicy', 'EndpointAccessMode', ...isPrivate ? ['Policy'] : ['OwnershipVerificationCertificateArn']]),
  }, owner.inherited)
  checkOptional(domain, domainId, isPrivate)
  const mappings = basePathMappings(owner, domain, domainId, isPrivate)
  const association = isPrivate ? accessAssociation(owner, domain, domainId) : []
  const group = recordSets(sam, owner, domain, () => aliasTarget(domain, isPrivate ? DomainName : domainId), true)
  return [resource, ...mappings, ...group ? [group] : [], ...association]
}

/** A resource type that lacks the property cannot be given it. */
function checkOptional(domain: Dict, domainId: string, isPrivate: boolean): void {
  const lacking = isPrivate ? 'OwnershipVerificationCertificateArn' : 'Policy'
  if (truthy(domain[lacking])) {
    throw invalidResource(domainId, `property ${lacking} not defined for resource of type AWS::ApiGateway::DomainName${isPrivate ? 'V2' : ''}`)
  }
}

function basePathMappings(owner: DomainOwner, domain: Dict, domainId: string, isPrivate: boolean): Generated[] {
  const type = isPrivate ? 'AWS::ApiGateway::BasePathMappingV2' : 'AWS::ApiGateway::BasePathMapping'
  const common = { [isPrivate ? 'DomainNameArn' : 'DomainName']: ref(domainId), RestApiId: ref(owner.id), Stage: ref(`${owner.id}.Stage`) }
  const paths = basePaths(domain)
  if (paths === undefined) return [generated(type, `${owner.id}BasePathMapping`, common, owner.inherited)]
  const normalize = Object.hasOwn(domain, 'NormalizeBasePath') ? truthy(domain.NormalizeBasePath) : true
  return expectListOf(paths, owner.id, 'Domain.BasePath', 'string').map(path => {
    const plain = path.replace(/[^\p{L}\p{N}]/gu, '')
    return generated(type, `${owner.id}${plain}BasePathMapping`, { ...common, BasePath: normalize ? plain : path }, owner.inherited)
  })
}

function accessAssociation(owner: DomainOwner, domain: Dict, domainId: string): Generated[] {
  const association = domain.AccessAssociation
  if (association === undefined || association === null) return []
  const endpoint = expectResource(association, owner.id, 'Domain.AccessAssociation', 'map').VpcEndpointId ?? null
  return [generated('AWS::ApiGateway::DomainNameAccessAssociation', hashedId('DomainNameAccessAssociation', [endpoint, domainId]),
    { DomainNameArn: ref(domainId), AccessAssociationSourceType: 'VPCE', AccessAssociationSource: endpoint }, owner.inherited)]
}

/** The custom domain of an HTTP or WebSocket API. */
export function domainV2(sam: Sam, owner: DomainOwner, domain: Value, tag: string): Generated[] {
  if (domain === undefined || domain === null) return []
  const { DomainName, CertificateArn, OwnershipVerificationCertificateArn, SecurityPolicy } = domain
  if ((DomainName ?? undefined) === undefined || (CertificateArn ?? undefined) === undefined) {
    throw invalidResource(owner.id, 'Custom Domains only works if both DomainName and CertificateArn are provided.')
  }
  const domainId = `ApiGatewayDomainNameV2${dataHash(DomainName)}`
  put(domain, 'EndpointConfiguration', domain.EndpointConfiguration ?? 'REGIONAL')
  if (domain.EndpointConfiguration !== 'REGIONAL') throw invalidResource(owner.id, "EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].")
  const resource = generated('AWS::ApiGatewayV2::DomainName', domainId, {
    DomainName, Tags: { [tag]: 'SAM' }, MutualTlsAuthentication: mutualTlsV2(owner, domain.MutualTlsAuthentication),
    DomainNameConfigurations: [{
      CertificateArn, EndpointType: 'REGIONAL', ...truthy(OwnershipVerificationCertificateArn) ? { OwnershipVerificationCertificateArn } : {},
      ...truthy(SecurityPolicy) ? { SecurityPolicy } : {},
    }],
  }, owner.inherited)
  const mappings = apiMappings(owner, basePaths(domain), domainId)
  const group = recordSets(sam, owner, domain, () => aliasTarget(domain, domainId), false)
  return [resource, ...mappings, ...group ? [group] : []]
}

function mutualTlsV2(owner: DomainOwner, tls: Value): Value {
  if (!truthy(tls)) return undefined
  if (!isDict(tls)) {
    throw invalidResource(owner.id, "MutualTlsAuthentication must be a map with at least one of the following fields ['TruststoreUri', 'TruststoreVersion'].")
  }
  const unknown = Object.keys(tls).filter(key => !tlsFields.includes(key)).sort()
  if (unknown.length > 0) throw invalidResource(unknown.join(','), "Available MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].")
  return Object.fromEntries(tlsFields.filter(field => truthy(tls[field])).map(field => [field, tls[field]]))
}

function apiMappings(owner: DomainOwner, paths: Value, domainId: string): Generated[] {
  const common = { DomainName: ref(domainId), ApiId: ref(owner.id), Stage: ref(`${owner.id}.Stage`) }
  if (paths === undefined) return [generated('AWS::ApiGatewayV2::ApiMapping', `${owner.id}ApiMapping`, common, owner.inherited)]
  return paths.map((path: Value) => {
    if (typeof path !== 'string') throw invalidResource(owner.id, 'Basepath must be a string.')
    if (/[^0-9a-zA-Z/\-_]/.test(path)) throw invalidResource(owner.id, 'Invalid Basepath name provided.')
    return generated(
      'AWS::ApiGatewayV2::ApiMapping', `${owner.id}${path.replace(/[-_/]+/g, '')}ApiMapping`, { ...common, ApiMappingKey: path.replace(/^\/+|\/+$/g, '') },
      owner.inherited
    )
  })
}
