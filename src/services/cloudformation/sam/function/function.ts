import { invalidResource, SamFault } from '../errors.ts'
import { readEvent } from '../events/event.ts'
import type { Event } from '../events/event.ts'
import { functionEvents } from '../events/function.ts'
import { conditional, getAtt, ifProblem, isIf, isIntrinsic, isNoValue, not, ref, resolveMappings, resolveParameters } from '../intrinsics.ts'
import { assumeRolePolicy, deadLetterPolicy } from '../policies/documents.ts'
import { roleFor } from '../policies/role.ts'
import { readPreference, updatePolicy } from '../preferences.ts'
import { byCodePoint, entriesOf, isDict, pyStr, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, inheritedOf, propagateTags, samTags } from '../resource.ts'
import type { Generated } from '../resource.ts'
import { managedPolicyArn, xrayPolicyName } from '../scope.ts'
import type { Sam, Target } from '../scope.ts'
import { eventInvokeConfig } from './invoke-config.ts'
import { checkFunction, deadLetterActions, lambdaFunction, tracingWanted } from './lambda.ts'
import { functionUrl } from './url.ts'
import { aliasName, lambdaAlias, lambdaVersion } from './version.ts'

interface Work { sam: Sam, id: string, properties: Dict, attributes: Dict, inherited: Dict }

/** AWS::Serverless::Function: the function, its role, version, alias, URL, destinations and events. */
export function serverlessFunction(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  const attributes = attributesOf(resource)
  const work: Work = { sam, id, properties, attributes, inherited: inheritedOf(attributes) }
  const events = linkEvents(work)
  checkFunction(id, properties)
  const lambda = lambdaFunction(sam, id, properties, attributes, resource.DependsOn)
  const resources = [lambda]
  if (truthy(properties.ProvisionedConcurrencyConfig) && !truthy(properties.AutoPublishAlias)) {
    throw invalidResource(id, 'To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function')
  }
  const alias = truthy(properties.AutoPublishAlias) ? publish(work, lambda, resources) : undefined
  if (truthy(properties.FunctionUrlConfig)) resources.push(...functionUrl(id, properties.FunctionUrlConfig, ref(alias?.id ?? id), work.inherited))
  if (truthy(properties.DeploymentPreference)) prefer(work, alias)
  const invoke = truthy(properties.EventInvokeConfig)
    ? eventInvokeConfig(sam, id, properties.EventInvokeConfig, alias, attributes, work.inherited) : undefined
  resources.push(...invoke?.resources ?? [])
  const role = roleOf(work, invoke?.policies ?? [])
  useRole(work, lambda, role, resources)
  resources.push(...eventResources(work, events, lambda, alias, role))
  propagateTags(resources, properties.Tags, properties.PropagateTags)
  return resources
}

const asResourceFault = (id: string, error: unknown): unknown => error instanceof SamFault && error.kind === 'event'
  ? invalidResource(id, error.message)
  : error

function linkEvents({ sam, id, properties }: Work): Map<string, Event> {
  const events = new Map<string, Event>()
  try {
    for (const [name, event] of entriesOf(isDict(properties.Events) ? properties.Events : {})) {
      const read = readEvent(functionEvents, id, name, event)
      functionEvents[read.type]!.link?.(sam, read)
      events.set(name, read)
    }
  } catch (error) {
    throw asResourceFault(id, error)
  }
  return events
}

function publish({ sam, id, properties }: Work, lambda: Generated, resources: Generated[]): Generated {
  const name = aliasName(sam, id, properties.AutoPublishAlias)
  let codeSha256: string | undefined
  if (truthy(properties.AutoPublishCodeSha256)) {
    codeSha256 = resolveParameters(properties.AutoPublishCodeSha256, sam.parameters)
    if (typeof codeSha256 !== 'string') throw invalidResource(id, 'AutoPublishCodeSha256 must be a string')
    const description = resolveParameters(properties.Description, sam.parameters)
    // Lambda publishes no version of unchanged code: the description makes the change.
    lambda.properties.Description = !truthy(description) || typeof description === 'string'
      ? truthy(description) ? `${description} ${codeSha256}` : codeSha256 : { 'Fn::Join': [' ', [description, codeSha256]] }
  }
  const version = lambdaVersion(sam, id, properties, lambda, codeSha256)
  const alias = lambdaAlias(name, properties, lambda, version)
  resources.push(version, alias)
  return alias
}

function prefer({ sam, id, properties, inherited }: Work, alias: Generated | undefined): void {
  const preference: Dict = properties.DeploymentPreference
  const resolve = (value: Value) => resolveMappings(resolveParameters(value, sam.parameters), sam.output.Mappings ?? {})
  for (const name of ['Enabled', 'Type']) if (Object.hasOwn(preference, name)) preference[name] = resolve(preference[name])
  if (Object.hasOwn(preference, 'PassthroughCondition')) {
    const value = resolve(preference.PassthroughCondition)
    if (![true, false, 'true', 'True', 'false', 'False', 0, 1].includes(value)) {
      throw invalidResource(id, isIntrinsic(value)
        ? 'Unsupported intrinsic: the only intrinsic functions supported for property PassthroughCondition are FindInMap and parameter Refs.'
        : 'Invalid value for property PassthroughCondition.')
    }
    preference.PassthroughCondition = value === true || value === 1 || String(value).toLowerCase() === 'true'
  } else preference.PassthroughCondition = sam.toggles('deployment_preference_condition_fix')
  const read = readPreference(id, preference, inherited.Condition, properties.Tags, properties.PropagateTags)
  sam.preferences.set(id, read)
  if (!read.enabled) return
  if (!alias) throw invalidResource(id, "'DeploymentPreference' requires AutoPublishAlias property to be specified.")
  alias.attributes.UpdatePolicy = updatePolicy(id, read)
}

function roleOf({ sam, id, properties, inherited }: Work, more: Dict[]): Generated {
  const basic = truthy(properties.DurableConfig) ? 'AWSLambdaBasicDurableExecutionRolePolicy' : 'AWSLambdaBasicExecutionRole'
  const queue = properties.DeadLetterQueue
  return roleFor(sam, {
    id, attributes: inherited, assumeRolePolicy: properties.AssumeRolePolicyDocument ?? assumeRolePolicy('lambda.amazonaws.com'), policies: properties.Policies,
    managedPolicyArns: [
      managedPolicyArn(sam, `service-role/${basic}`), ...tracingWanted(sam, properties) ? [managedPolicyArn(sam, xrayPolicyName(sam))] : [],
      ...truthy(properties.VpcConfig) ? [managedPolicyArn(sam, 'service-role/AWSLambdaVPCAccessExecutionRole')] : [],
    ],
    inlinePolicies: [...truthy(queue) ? [deadLetterPolicy(deadLetterActions[queue.Type]!, queue.TargetArn)] : [], ...more],
    path: properties.RolePath, permissionsBoundary: properties.PermissionsBoundary, tags: samTags(id, properties.Tags),
  })
}

/** Gives the function the role that was made for it, unless the template names one; an Fn::If may name one for some cases only. */
function useRole({ sam, id }: Work, lambda: Generated, role: Generated, resources: Generated[]): void {
  const given = lambda.properties.Role
  const arn = getAtt(role.id, 'Arn')
  if (given === undefined || given === null) {
    lambda.properties.Role = arn
    resources.push(role)
    return
  }
  if (!isIf(given)) return
  const items = resolveParameters(given, sam.parameters)['Fn::If']
  const problem = ifProblem(items)
  if (problem) throw invalidResource(id, `Malformed 'Role' property: ${problem}.`)
  const [condition, then, otherwise] = items
  if (!isNoValue(then) && !isNoValue(otherwise)) return
  if (isNoValue(then) && isNoValue(otherwise)) lambda.properties.Role = arn
  else if (isNoValue(then)) {
    lambda.properties.Role = conditional(condition, arn, otherwise)
    role.attributes.Condition = condition
  } else {
    lambda.properties.Role = conditional(condition, then, arn)
    role.attributes.Condition = `NOT${condition}`
    sam.output.Conditions[`NOT${condition}`] = not(condition)
  }
  resources.push(role)
}

function eventResources(
  { sam, id, properties }: Work, events: Map<string, Event>, lambda: Generated, alias: Generated | undefined, role: Generated
): Generated[] {
  const owner = alias ?? lambda
  const target: Target = {
    id: owner.id, name: ref(owner.id), arn: alias ? ref(alias.id) : getAtt(id, 'Arn'), attributes: owner.attributes, inherited: inheritedOf(owner.attributes),
  }
  const sortKey = (name: string): string => {
    const path = properties.Events[name]?.Properties?.Path
    return path === undefined ? name : pyStr(path)
  }
  const names = [...events.keys()].sort((a, b) => byCodePoint(sortKey(a), sortKey(b)))
  try {
    return names.flatMap(name => {
      // The API's own handling may have changed the event's properties since it was first read.
      const event = readEvent(functionEvents, id, name, properties.Events[name])
      return functionEvents[event.type]!.resources({ sam, target, role }, event)
    })
  } catch (error) {
    throw asResourceFault(id, error)
  }
}

