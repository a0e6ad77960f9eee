import { invalidResource } from '../errors.ts'
import { resolveParameters } from '../intrinsics.ts'
import { codeLocation } from '../location.ts'
import { entriesOf, pyRepr, pyStr, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource, generated, samTags } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { passedThrough } from './properties.ts'

const isSet = (value: Value): boolean => value !== undefined && value !== null

/** Rules over several properties, before anything is made. */
export function checkFunction(id: string, properties: Dict): void {
  const has = (name: string) => isSet(properties[name])
  const problems: string[] = []
  for (const other of ['ProvisionedConcurrencyConfig', 'VpcConfig']) {
    if (has('CapacityProviderConfig') && has(other)) problems.push(`Cannot specify 'CapacityProviderConfig' and '${other}' together.`)
  }
  if (has('FunctionScalingConfig') && !has('CapacityProviderConfig')) problems.push("'FunctionScalingConfig' requires 'CapacityProviderConfig'.")
  if (has('VersionDeletionPolicy') && !has('AutoPublishAlias')) problems.push("'VersionDeletionPolicy' requires 'AutoPublishAlias'.")
  if (problems.length > 0) throw invalidResource(id, problems.join('\n'))
  checkDeadLetterQueue(id, properties.DeadLetterQueue)
  checkTenancy(id, properties)
}

export const deadLetterActions: Record<string, string> = { SQS: 'sqs:SendMessage', SNS: 'sns:Publish' }

function checkDeadLetterQueue(id: string, queue: Value): void {
  if (!truthy(queue)) return
  if (!truthy(queue.Type) || !truthy(queue.TargetArn)) throw invalidResource(id, "'DeadLetterQueue' requires Type and TargetArn properties to be specified.")
  expectResource(queue.Type, id, 'DeadLetterQueue.Type', 'string')
  if (!Object.hasOwn(deadLetterActions, queue.Type)) throw invalidResource(id, `'DeadLetterQueue' requires Type of ${pyRepr(Object.keys(deadLetterActions))}`)
}

function checkTenancy(id: string, properties: Dict): void {
  if (!truthy(properties.TenancyConfig)) return
  const refuse = (what: string) => invalidResource(id, `${what} is not supported for functions enabled with tenancy configuration.`)
  if (truthy(properties.ProvisionedConcurrencyConfig)) throw refuse('Provisioned concurrency')
  if (truthy(properties.FunctionUrlConfig)) throw refuse('Function URL')
  if (truthy(properties.SnapStart)) throw refuse('SnapStart')
  for (const [, event] of entriesOf(properties.Events ?? {})) {
    if (!['Api', 'HttpApi'].includes(event?.Type)) {
      throw invalidResource(
        id,
        `Event source '${pyStr(event?.Type)}' is not supported for functions enabled with tenancy configuration. Only Api and HttpApi event sources are ` +
        `supported.`
      )
    }
  }
}

function codeOf(id: string, properties: Dict): Dict {
  const type = properties.PackageType || 'Zip'
  if (type !== 'Zip' && type !== 'Image') throw invalidResource(id, `invalid 'PackageType' : ${pyStr(type)}`)
  const { InlineCode, CodeUri, ImageUri, SourceKMSKeyArn } = properties
  if (type === 'Image') {
    if (!isSet(ImageUri)) throw invalidResource(id, "'ImageUri' must be set.")
    if (!truthy(ImageUri)) throw invalidResource(id, "'ImageUri' requires that a image hosted at a registry be specified.")
    return { ImageUri }
  }
  if (!isSet(InlineCode) && !isSet(CodeUri)) throw invalidResource(id, "Only one of 'InlineCode' or 'CodeUri' can be set.")
  const code: Dict = isSet(InlineCode) ? { ZipFile: InlineCode } : codeLocation(CodeUri, id, 'CodeUri')
  return truthy(SourceKMSKeyArn) ? { ...code, SourceKMSKeyArn } : code
}

function checkPackage(id: string, properties: Dict): void {
  if ((properties.PackageType || 'Zip') === 'Zip') {
    if (!truthy(properties.Runtime) || !truthy(properties.Handler)) {
      throw invalidResource(id, 'Runtime and Handler needs to be present when PackageType is of type `Zip`')
    }
    if (truthy(properties.ImageConfig)) throw invalidResource(id, 'ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`')
  } else if (truthy(properties.Handler) || truthy(properties.Runtime) || truthy(properties.Layers)) {
    throw invalidResource(id, 'Runtime, Handler, Layers cannot be present when PackageType is of type `Image`')
  }
}

export const tracingWanted = (sam: Sam, properties: Dict): boolean =>
  truthy(properties.Tracing) && resolveParameters(properties.Tracing, sam.parameters) !== 'Disabled'

function capacityProvider(id: string, config: Dict): Dict {
  const known = ['Arn', 'PerExecutionEnvironmentMaxConcurrency', 'ExecutionEnvironmentMemoryGiBPerVCpu']
  const problems = [...isSet(config.Arn) ? [] : ['Arn\n  field required (type=value_error.missing)'],
    ...Object.keys(config).filter(name => !known.includes(name)).map(name => `${name}\n  extra fields not permitted (type=value_error.extra)`)]
  if (problems.length > 0) {
    const count = `${problems.length} validation error${problems.length > 1 ? 's' : ''} for CapacityProviderConfig`
    throw invalidResource(id, `Invalid CapacityProviderConfig: ${[count, ...problems].join('\n')}`)
  }
  const { Arn, PerExecutionEnvironmentMaxConcurrency, ExecutionEnvironmentMemoryGiBPerVCpu } = config
  return {
    LambdaManagedInstancesCapacityProviderConfig: {
      CapacityProviderArn: Arn, ...isSet(PerExecutionEnvironmentMaxConcurrency) ? { PerExecutionEnvironmentMaxConcurrency } : {},
      ...isSet(ExecutionEnvironmentMemoryGiBPerVCpu) ? { ExecutionEnvironmentMemoryGiBPerVCpu } : {},
    },
  }
}

/** The AWS::Lambda::Function itself. */
export function lambdaFunction(sam: Sam, id: string, properties: Dict, attributes: Dict, dependsOn: Value): Generated {
  const result: Dict = { Code: codeOf(id, properties), Tags: samTags(id, properties.Tags) }
  if (truthy(properties.FunctionName)) result.FunctionName = properties.FunctionName
  for (const name of passedThrough) result[name] = properties[name]
  if (tracingWanted(sam, properties)) result.TracingConfig = { Mode: properties.Tracing }
  if (truthy(properties.DeadLetterQueue)) result.DeadLetterConfig = { TargetArn: properties.DeadLetterQueue.TargetArn }
  if (truthy(properties.CapacityProviderConfig)) result.CapacityProviderConfig = capacityProvider(id, properties.CapacityProviderConfig)
  if (truthy(properties.FunctionScalingConfig)) result.FunctionScalingConfig = properties.FunctionScalingConfig
  checkPackage(id, properties)
  return generated('AWS::Lambda::Function', id, result, attributes, dependsOn)
}
