import type { DomainName, DomainNameConfiguration } from '@aws-sdk/client-apigatewayv2'
import { newCode } from '../../../platform/ids.ts'
import { BadRequestException, NotFoundException, present, refuse, type ApiGateway, type DomainConfiguration, type DomainRow } from '../state.ts'

/** A custom domain name of the caller's; NotFoundException where it is not there. */
export async function domainOf(gateway: ApiGateway, name: string | undefined): Promise<DomainRow> {
  const row = name === undefined ? undefined : await gateway.tables.domains.get(name.toLowerCase())
  if (!row || row.account !== gateway.account || row.region !== gateway.region) {
    throw new NotFoundException('The domain name resource specified in the request was not found.')
  }
  return row
}

/** Configurations as rows hold them. The certificate is kept and never shown to a client: Fogbank serves HTTP. */
export function configurationsOf(gateway: ApiGateway, given: DomainNameConfiguration[] | undefined, before: DomainConfiguration[] = []): DomainConfiguration[] {
  return (given ?? []).map((each, at) => {
    const endpointType = each.EndpointType ?? before[at]?.endpointType ?? 'REGIONAL'
    if (endpointType !== 'REGIONAL') throw new BadRequestException('HTTP APIs support only regional custom domain names')
    const securityPolicy = each.SecurityPolicy ?? before[at]?.securityPolicy ?? 'TLS_1_2'
    if (securityPolicy !== 'TLS_1_2') throw new BadRequestException('HTTP APIs support only the security policy TLS_1_2')
    return {
      endpointType, securityPolicy, ipAddressType: each.IpAddressType ?? before[at]?.ipAddressType ?? 'ipv4',
      apiGatewayDomainName: before[at]?.apiGatewayDomainName ?? `d-${newCode(10)}.execute-api.${gateway.region}.amazonaws.com`,
      ...present({
        certificateArn: each.CertificateArn ?? before[at]?.certificateArn, certificateName: each.CertificateName ?? before[at]?.certificateName,
        ownershipVerificationCertificateArn: each.OwnershipVerificationCertificateArn ?? before[at]?.ownershipVerificationCertificateArn,
      }),
    }
  })
}

/** Refuses what needs TLS or REST APIs of a domain name. */
export function refuseUnsupported(input: { MutualTlsAuthentication?: unknown, RoutingMode?: string | undefined }): void {
  refuse(input, ['MutualTlsAuthentication'])
  if (input.RoutingMode !== undefined && input.RoutingMode !== 'API_MAPPING_ONLY') {
    throw new BadRequestException(`The routing mode ${input.RoutingMode} is not supported by Fogbank.`)
  }
}

export const domainArn = (gateway: Pick<ApiGateway, 'partition' | 'region'>, name: string, rest = ''): string =>
  `arn:${gateway.partition}:apigateway:${gateway.region}::/domainnames${name && `/${name}`}${rest}`

export const domainOutput = (gateway: ApiGateway, row: DomainRow): DomainName => ({
  DomainName: row.name, DomainNameArn: domainArn(gateway, row.name), ApiMappingSelectionExpression: '$request.basepath', RoutingMode: 'API_MAPPING_ONLY',
  Tags: row.tags,
  DomainNameConfigurations: row.configurations.map(each => ({
    ApiGatewayDomainName: each.apiGatewayDomainName, DomainNameStatus: 'AVAILABLE', EndpointType: each.endpointType as 'REGIONAL',
    SecurityPolicy: each.securityPolicy as 'TLS_1_2',
    IpAddressType: each.ipAddressType, HostedZoneId: 'Z2FDTNDATAQYW2',
    ...present({
      CertificateArn: each.certificateArn, CertificateName: each.certificateName, OwnershipVerificationCertificateArn: each.ownershipVerificationCertificateArn,
    }),
  })),
})
