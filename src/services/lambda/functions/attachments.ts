import { join } from 'node:path'
import { parseArn } from '../../../platform/arns.ts'
import { lacks, roleMay } from '../async/destinations.ts'
import type { Input, Lambda, VersionRow } from '../state.ts'
import { InvalidParameterValueException, ValidationException } from '../state.ts'

// What a function is attached to: the network of a VPC, and a file system.

type Given = Pick<Input<'UpdateFunctionConfiguration'>, 'VpcConfig' | 'FileSystemConfigs'>
type Vpc = NonNullable<VersionRow['vpc']>

const refuse = (message: string) => new InvalidParameterValueException(message)

/**
 * The VPC of a function after a request, where it has one. There are no networks here yet: a function that is attached to one reaches Fogbank and nothing else,
 * as one in subnets without a way out does on AWS. Whether the subnets and groups exist nobody can say.
 */
export async function vpcOf(lambda: Lambda, row: Pick<VersionRow, 'name' | 'role' | 'vpc'>, { VpcConfig: given }: Given): Promise<Vpc | undefined> {
  if (!given) return row.vpc
  const { SubnetIds: subnetIds = row.vpc?.subnetIds ?? [], SecurityGroupIds: securityGroupIds = row.vpc?.securityGroupIds ?? [] } = given
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined
  if (subnetIds.length === 0 || securityGroupIds.length === 0) throw refuse('SubnetIds and SecurityIds must coexist or be both empty list.')
  checkIds('subnetIds', subnetIds, 'subnet-[0-9a-z]*')
  checkIds('securityGroupIds', securityGroupIds, 'sg-[0-9a-zA-Z]*')
  const ec2 = (resource: string) => `arn:${lambda.partition}:ec2:${lambda.region}:${lambda.account}:${resource}`
  const needed = [
    ...subnetIds.map(id => ['CreateNetworkInterface', ec2(`subnet/${id}`)]), ['DescribeNetworkInterfaces', '*'],
    ['DeleteNetworkInterface', ec2('network-interface/eni-0')],
  ] as const
  for (const [call, resource] of needed) {
    if (!await roleMay(lambda, row, `ec2:${call}`, resource!)) throw refuse(lacks(call!, 'EC2'))
  }
  return { subnetIds, securityGroupIds, ipv6: given.Ipv6AllowedForDualStack ?? row.vpc?.ipv6 ?? false }
}

function checkIds(name: string, ids: string[], pattern: string): void {
  if (ids.every(id => id.length <= 1024 && new RegExp(`^${pattern}$`).test(id))) return
  throw new ValidationException(`1 validation error detected: Value '[${ids.join(', ')}]' at 'vpcConfig.${name}' failed to satisfy constraint: Member must `
    + 'satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, '
    + `Member must satisfy regular expression pattern: ^${pattern}$]`)
}

/** The file system of a function after a request, where it has one. As on AWS only a function in a VPC may have one. */
export function fileSystemOf(lambda: Lambda, row: Pick<VersionRow, 'fileSystem'>, given: Given, vpc: Vpc | undefined): VersionRow['fileSystem'] {
  const [config] = given.FileSystemConfigs ?? []
  const fileSystem = given.FileSystemConfigs ? config && { arn: config.Arn!, localMountPath: config.LocalMountPath! } : row.fileSystem
  if (!fileSystem) return undefined
  if (!vpc) throw refuse('Function must be connected to a VPC to use a file system: set VpcConfig as well.')
  if (!config) return fileSystem
  const { service, region, account } = parseArn(fileSystem.arn)!
  if (service !== 'elasticfilesystem') throw refuse(`File systems of Amazon S3 Files are not supported by this cloud: ${fileSystem.arn}`)
  if (config.S3FilesConfig) throw refuse('S3FilesConfig is valid only for access points of Amazon S3 Files.')
  if (region !== lambda.region || account !== lambda.account) {
    throw refuse(`The access point ${fileSystem.arn} is not in the account and region of the function, which this cloud does not support.`)
  }
  if (/^\/mnt\/\.\.?$/.test(fileSystem.localMountPath)) throw refuse(`The local mount path ${fileSystem.localMountPath} is invalid.`)
  return fileSystem
}

/** The folder that an access point is: made when a function first starts with it, and kept whatever becomes of the functions. */
export function accessPointFolder(lambda: Lambda, arn: string): string {
  const { region, account, resource } = parseArn(arn)!
  return join(lambda.config.dataFolder, 'efs', account, region, resource.slice(resource.lastIndexOf('/') + 1))
}
