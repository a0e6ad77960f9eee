import type { DescribeTypeInput, DescribeTypeOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { provisioningOf, requireType, schemaOf, typeArn, TypeNotFoundException } from './type.ts'

/** A resource type of this cloud. Hooks, modules and types of others are not there. */
export const DescribeType = longRunning(async (cfn: CloudFormation, input: DescribeTypeInput): Promise<DescribeTypeOutput> => {
  if (input.Arn === undefined && (input.TypeName === undefined || input.Type === undefined)) {
    throw new ValidationError('Either Arn, or both TypeName and Type must be specified.')
  }
  const { Type, VersionId, PublisherId, PublicVersionNumber } = input
  // There is one version of each type, which has no name, and no publisher but AWS.
  if ((Type !== undefined && Type !== 'RESOURCE') || (VersionId ?? PublisherId ?? PublicVersionNumber) !== undefined) {
    throw new TypeNotFoundException(`The type '${input.TypeName}' cannot be found.`)
  }
  const { name, type } = await requireType(cfn, input)
  return {
    Arn: typeArn(cfn, name), Type: 'RESOURCE', TypeName: name, Schema: schemaOf(name, type), ProvisioningType: provisioningOf(type), Visibility: 'PUBLIC',
    DeprecatedStatus: 'LIVE', IsDefaultVersion: true, Description: `Resource Type definition for ${name}`,
  }
})
