import type { Aws } from '../../../contracts/aws.ts'
import { AwsError } from '../../../platform/errors.ts'
import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import type { CloudFormation, StackRow } from '../state.ts'
import { ValidationError, type Template } from '../template/template.ts'
import { macro } from '../macros/macro.ts'
import { customResource } from './custom.ts'
import { Cancelled, StepError } from './errors.ts'
import { nestedStack } from './nested.ts'
import { stackSetType } from '../stacksets/resource.ts'
import { waitCondition, waitConditionHandle } from './wait.ts'

const isCustom = (type: string) => type === 'AWS::CloudFormation::CustomResource' || /^Custom::[\w@-]{1,60}$/.test(type)

/** Types that need the engine itself. */
export const ownTypes: Record<string, (cfn: CloudFormation) => ResourceType> = {
  'AWS::CloudFormation::Macro': macro, 'AWS::CloudFormation::Stack': nestedStack, 'AWS::CloudFormation::StackSet': stackSetType,
  'AWS::CloudFormation::WaitCondition': waitCondition,
  'AWS::CloudFormation::WaitConditionHandle': waitConditionHandle,
}

/** Which of the template's types a template may not use, since no service has them. */
export async function unknownTypes(cfn: CloudFormation, template: Template, counts: (condition: string) => boolean = () => true): Promise<string[]> {
  const resources = Object.values(template.Resources).filter(resource => typeof resource?.Condition !== 'string' || counts(resource.Condition))
  const types = [...new Set(resources.map(resource => resource?.Type))].filter(type => typeof type === 'string')
  const found = await Promise.all(types.map(async type => isCustom(type) || Object.hasOwn(ownTypes, type) || await cfn.config.resourceType(type) !== undefined))
  return types.filter((_, at) => !found[at])
}

/** The type's handlers; throws where no mounted service has the type. */
export async function resourceType(cfn: CloudFormation, type: string): Promise<ResourceType> {
  if (isCustom(type)) return customResource(cfn, type)
  if (Object.hasOwn(ownTypes, type)) return ownTypes[type]!(cfn)
  const found = await cfn.config.resourceType(type)
  if (!found) throw new ValidationError(`Template format error: Unrecognized resource types: [${type}]`)
  return found
}

/**
 * Whose permissions the operation's handlers have: the stack's role, or the caller. `step`: the calls take effect once, however often the
 * step is done again after a crash.
 */
export function actor(cfn: CloudFormation, stack: StackRow, step?: string): Aws {
  const role = stack.operation?.roleArn
  const options = step !== undefined && stack.operation ? { once: { group: stack.operation.id, step } } : {}
  return role === undefined ? cfn.as(
    { principal: stack.operation?.principal ?? stack.creator }, options
  ) : cfn.as({ role, sessionName: 'AWSCloudFormation' }, options)
}

export function resourceContext(cfn: CloudFormation, stack: StackRow, resource: { logicalId: string, suffix: string, tags: Record<string, string> },
  aws: Aws, signal: AbortSignal): ResourceContext {
  return {
    aws, account: cfn.account, region: cfn.region, partition: cfn.partition, stackName: stack.name, stackId: stack.id, logicalId: resource.logicalId,
    endpoint: cfn.config.endpoint, signal,
    tags: {
      ...resource.tags, 'aws:cloudformation:stack-name': stack.name, 'aws:cloudformation:stack-id': stack.id,
      'aws:cloudformation:logical-id': resource.logicalId,
    },
    generatedName: (maxLength, options) => generatedName(stack.name, resource.logicalId, resource.suffix, maxLength, options?.lowerCase),
    wait: ms => cfn.pause(ms, signal).catch(() => { throw new Cancelled() }),
  }
}

/** `STACK-LOGICALID-SUFFIX`; where it is too long, first the stack's name and then the logical id are cut. */
export function generatedName(stackName: string, logicalId: string, suffix: string, maxLength: number, lowerCase = false): string {
  const end = suffix.slice(0, Math.max(4, Math.min(suffix.length, maxLength - 2)))
  const room = maxLength - end.length - 2
  const logical = logicalId.slice(0, Math.max(Math.floor(room / 2), room - stackName.length))
  const stack = stackName.slice(0, Math.max(0, room - logical.length))
  const name = [stack, logical, end].filter(part => part !== '').join('-')
  return lowerCase ? name.toLowerCase() : name
}

/** Names every property that is missing or not honoured; throws in the words of CloudFormation's schema check. */
export function checkProperties(type: ResourceType, logicalId: string, properties: Record<string, unknown>): void {
  const problems = [
    ...Object.keys(properties).filter(name => !Object.hasOwn(type.properties, name) && !Object.hasOwn(type.properties, '*'))
      .map(name => `#: extraneous key [${name}] is not permitted`),
    ...Object.entries(type.properties).filter(([name, need]) => need === 'required' && properties[name] === undefined)
      .map(([name]) => `#: required key [${name}] not found`),
  ]
  if (problems.length > 0) throw new StepError(`Properties validation failed for resource ${logicalId} with message:\n${problems.join('\n')}`)
}

const handlerCodes: [RegExp, string][] = [
  [/AlreadyExists|EntityAlreadyExists|AlreadyOwned|ResourceInUse|NameExists/i, 'AlreadyExists'], [/NotFound|NoSuch|DoesNotExist|NonExistent/i, 'NotFound'],
  [/AccessDenied|NotAuthorized|Unauthorized/i, 'AccessDenied'], [/Throttl|TooManyRequests/i, 'Throttling'], [/LimitExceeded/i, 'ServiceLimitExceeded'],
  [/Validation|Invalid|Malformed|BadRequest/i, 'InvalidRequest'], [/InternalFailure|ServiceException/i, 'InternalFailure'],
]

/** The reason that an event gives for a failed step. */
export function failureReason(error: unknown, token: string): string {
  if (error instanceof Cancelled || error instanceof StepError || error instanceof ValidationError) return error.message
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof AwsError ? error.code : ''
  const handlerCode = handlerCodes.find(([pattern]) => pattern.test(code))?.[1] ?? 'GeneralServiceException'
  return `Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${handlerCode})`
}
