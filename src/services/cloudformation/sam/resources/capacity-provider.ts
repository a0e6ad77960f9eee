import { invalidResource } from '../errors.ts'
import { getAtt } from '../intrinsics.ts'
import { assumeRolePolicy } from '../policies/documents.ts'
import type { PropertyTypes } from '../properties.ts'
import { isDict, keysOf, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated, inheritedOf, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import { managedPolicyArn } from '../scope.ts'
import type { Sam } from '../scope.ts'

export const capacityProviderTypes: PropertyTypes = {
  CapacityProviderName: 'str|map=', VpcConfig: 'map!=', OperatorRole: 'str|map=', Tags: 'map=', PropagateTags: 'bool=', InstanceRequirements: 'map=',
  ScalingConfig: 'map=',
  KmsKeyArn: 'str|map=', LoggingConfig: 'map=', ManagedResourceTags: 'map=',
}

type Kind = 'list' | 'integer' | 'number' | 'tags'
const nested: [string, [string, Kind, boolean][]][] = [
  ['VpcConfig', [['SecurityGroupIds', 'list', false], ['SubnetIds', 'list', true]]],
  ['InstanceRequirements', [['Architectures', 'list', false], ['AllowedTypes', 'list', false], ['ExcludedTypes', 'list', false]]],
  ['ScalingConfig', [['MaxVCpuCount', 'integer', false], ['AverageCPUUtilization', 'number', false]]],
  ['ManagedResourceTags', [['Tags', 'tags', false]]],
]
const isSet = (value: Value): boolean => value !== undefined && value !== null

function fits(kind: Kind, value: Value): boolean {
  if (isDict(value)) return true
  if (kind === 'list') return Array.isArray(value)
  if (kind === 'tags') return false
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'boolean' ||
    (typeof number === 'number' && !Number.isNaN(number) && (kind === 'number' || Number.isInteger(number) || typeof value === 'number'))
}

/** Every fault of the nested properties, together. */
function check(id: string, properties: Dict): void {
  const problems: string[] = []
  for (const [name, members] of nested) {
    const value = properties[name]
    if (!isSet(value)) continue
    for (const [member, kind, required] of members) {
      const path = `Property '${name}.${member}'`
      if (!Object.hasOwn(value, member)) {
        if (required) problems.push(`${path} is required.`)
      } else if (!fits(kind, value[member]) && (isSet(value[member]) || required)) {
        problems.push(kind === 'tags' ? `${path} value is not a valid dict.` : `${path} value must be dictionary or ${kind}.`)
      }
    }
    for (const key of keysOf(value)) if (!members.some(([member]) => member === key)) problems.push(`Property '${name}.${key}' is an invalid property.`)
  }
  if (problems.length > 0) throw invalidResource(id, problems.join(' '))
  const { AllowedTypes, ExcludedTypes } = properties.InstanceRequirements ?? {}
  if (isSet(AllowedTypes) && isSet(ExcludedTypes)) {
    throw invalidResource(id, "Cannot specify 'InstanceRequirements.AllowedTypes' and 'InstanceRequirements.ExcludedTypes' together.")
  }
}

const given = (members: Dict): Dict => Object.fromEntries(Object.entries(members).filter(([, value]) => isSet(value)))
const number = (value: Value): Value => typeof value === 'string' ? Number(value) : value

function scaling({ MaxVCpuCount, AverageCPUUtilization }: Dict): Dict {
  const policy = { PredefinedMetricType: 'LambdaCapacityProviderAverageCPUUtilization', TargetValue: number(AverageCPUUtilization) }
  return {
    ...given({ MaxVCpuCount: number(MaxVCpuCount) }),
    ...isSet(AverageCPUUtilization) ? { ScalingMode: 'Manual', ScalingPolicies: [policy] } : { ScalingMode: 'Auto' }
  }
}

/** AWS::Serverless::CapacityProvider: instances on which functions run, and the role with which Lambda manages them. */
export function serverlessCapacityProvider(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  check(id, properties)
  const attributes = attributesOf(resource)
  const {
    CapacityProviderName, VpcConfig, OperatorRole, Tags, PropagateTags, InstanceRequirements, ScalingConfig, KmsKeyArn, LoggingConfig, ManagedResourceTags
  } = properties
  const created = { 'lambda:createdBy': 'SAM' }
  const role = truthy(OperatorRole) ? undefined : generated('AWS::IAM::Role', `${id}OperatorRole`, {
    AssumeRolePolicyDocument: assumeRolePolicy('lambda.amazonaws.com'), ManagedPolicyArns: [managedPolicyArn(sam, 'AWSLambdaManagedEC2ResourceOperator')],
    Tags: tagList(created),
  }, inheritedOf(attributes))
  const { Architectures, AllowedTypes, ExcludedTypes } = InstanceRequirements ?? {}
  const instances = given({ Architectures, AllowedInstanceTypes: AllowedTypes, ExcludedInstanceTypes: ExcludedTypes })
  const provider = generated('AWS::Lambda::CapacityProvider', id, {
    CapacityProviderName: truthy(CapacityProviderName) ? CapacityProviderName : undefined,
    VpcConfig: given({ SubnetIds: VpcConfig.SubnetIds, SecurityGroupIds: VpcConfig.SecurityGroupIds }),
    PermissionsConfig: { CapacityProviderOperatorRoleArn: role ? getAtt(role.id, 'Arn') : OperatorRole }, Tags: tagList({ ...Tags, ...created }),
    InstanceRequirements: truthy(instances) ? instances : undefined,
    CapacityProviderScalingConfig: truthy(given(ScalingConfig ?? {})) ? scaling(ScalingConfig) : undefined,
    KmsKeyArn: truthy(KmsKeyArn) ? KmsKeyArn : undefined, TelemetryConfig: truthy(LoggingConfig) ? { LoggingConfig } : undefined,
    PropagateTags: truthy(ManagedResourceTags) && isSet(ManagedResourceTags.Tags)
      ? { Mode: 'Explicit', ExplicitTags: tagList(ManagedResourceTags.Tags) }
      : undefined,
  }, attributes, resource.DependsOn)
  if (PropagateTags && truthy(Tags) && role) role.properties.Tags = tagList({ ...created, ...Tags })
  return [...role ? [role] : [], provider]
}
