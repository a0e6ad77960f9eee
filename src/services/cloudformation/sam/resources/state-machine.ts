import { invalidResource, SamFault } from '../errors.ts'
import { readEvent } from '../events/event.ts'
import { stateMachineEvents } from '../events/function.ts'
import { getAtt, isDynamicReference, isIntrinsic, ref } from '../intrinsics.ts'
import { bodyLocation } from '../location.ts'
import { assumeRolePolicy } from '../policies/documents.ts'
import { roleFor } from '../policies/role.ts'
import type { PropertyTypes } from '../properties.ts'
import { byCodePoint, deepCopy, entriesOf, isDict, pyJson, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated, inheritedOf, propagateTags, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import { xrayPolicyName } from '../scope.ts'
import type { Sam, Target } from '../scope.ts'

export const stateMachineTypes: PropertyTypes = {
  Definition: 'map', DefinitionUri: 'str|map', Logging: 'map', Role: 'str', RolePath: 'any', DefinitionSubstitutions: 'map', Events: '{map}', Name: 'str',
  Type: 'str', Tags: 'map',
  PropagateTags: 'bool', Policies: 'str|[str|map]', Tracing: 'map', PermissionsBoundary: 'str', AutoPublishAlias: 'any', DeploymentPreference: 'any',
  UseAliasAsEventTarget: 'bool=',
}

/** AWS::Serverless::StateMachine: the state machine, its role, version, alias and events. */
export function serverlessStateMachine(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  linkEvents(sam, id, properties)
  const attributes = attributesOf(resource)
  const inherited = inheritedOf(attributes)
  const { Role, Policies, Tracing, Name, Type, Logging, Tags } = properties
  const machine = generated('AWS::StepFunctions::StateMachine', id, definition(id, properties), attributes, resource.DependsOn)
  if (truthy(Role) && truthy(Policies)) throw invalidResource(id, "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them")
  const tags = [...tagList({ 'stateMachine:createdBy': 'SAM' }), ...tagList(Tags)]
  const resources = [machine]
  if (truthy(Role)) machine.properties.RoleArn = Role
  else {
    const listed = truthy(Policies) ? Array.isArray(Policies) ? Policies : [Policies] : []
    const role = roleFor(sam, {
      id, attributes: inherited, assumeRolePolicy: assumeRolePolicy('states.amazonaws.com'), tags, path: properties.RolePath,
      permissionsBoundary: properties.PermissionsBoundary,
      policies: Tracing?.Enabled === true ? [...listed, xrayPolicyName(sam)] : listed,
    })
    machine.properties.RoleArn = getAtt(role.id, 'Arn')
    resources.push(role)
  }
  Object.assign(machine.properties, {
    StateMachineName: Name, StateMachineType: Type, LoggingConfiguration: Logging, TracingConfiguration: Tracing, Tags: tags
  })
  const alias = publish(id, properties, inherited, resources)
  resources.push(...eventResources(sam, id, properties, properties.UseAliasAsEventTarget && alias ? alias : machine))
  propagateTags(resources, Tags, properties.PropagateTags)
  return resources
}

function linkEvents(sam: Sam, id: string, properties: Dict): void {
  try {
    for (const [name, event] of entriesOf(isDict(properties.Events) ? properties.Events : {})) {
      const read = readEvent(stateMachineEvents, id, name, event)
      stateMachineEvents[read.type]!.link?.(sam, read)
    }
  } catch (error) {
    throw error instanceof SamFault && error.kind === 'event' ? invalidResource(id, error.message) : error
  }
}

function definition(id: string, properties: Dict): Dict {
  const { Definition, DefinitionUri, DefinitionSubstitutions } = properties
  const substitutions = truthy(DefinitionSubstitutions) ? DefinitionSubstitutions : undefined
  if (truthy(Definition) && truthy(DefinitionUri)) throw invalidResource(id, "Specify either 'Definition' or 'DefinitionUri' property and not both.")
  if (truthy(DefinitionUri)) return { DefinitionSubstitutions: substitutions, DefinitionS3Location: bodyLocation(DefinitionUri, id) }
  if (!truthy(Definition)) throw invalidResource(id, "Either 'Definition' or 'DefinitionUri' property must be specified.")
  const copy = deepCopy(Definition)
  const found: Dict = {}
  takeOut(copy, found)
  const all = { ...substitutions, ...found }
  return { DefinitionSubstitutions: truthy(all) ? all : undefined, DefinitionString: { 'Fn::Join': ['\n', indented(copy, '').split('\n')] } }
}

/** A definition is text: what CloudFormation must resolve in it goes in by substitution. */
function takeOut(value: Value, found: Dict): void {
  const keys: (string | number)[] = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value).sort(byCodePoint)
  const later: { place: Value, key: string | number }[] = []
  for (const key of keys) {
    const item = value[key]
    if (isIntrinsic(item) || isDynamicReference(item)) later.push({ place: value, key })
    else if (typeof item === 'object' && item !== null) {
      for (const each of later.splice(0)) substitute(each.place, each.key, found)
      takeOut(item, found)
    }
  }
  for (const each of later) substitute(each.place, each.key, found)
}

function substitute(place: Value, key: string | number, found: Dict): void {
  const name = `definition_substitution_${Object.keys(found).length + 1}`
  found[name] = place[key]
  place[key] = `\${${name}}`
}

function indented(value: Value, indent: string): string {
  if (typeof value !== 'object' || value === null) return pyJson(value)
  const inner = `${indent}    `
  const items = Array.isArray(value) ? value.map(item => inner + indented(item, inner))
    : Object.keys(value).sort(byCodePoint).map(key => `${inner}${pyJson(key)}: ${indented(value[key], inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return items.length === 0 ? `${open}${close}` : `${open}\n${items.join(',\n')}\n${indent}${close}`
}

function publish(id: string, properties: Dict, inherited: Dict, resources: Generated[]): Generated | undefined {
  const { AutoPublishAlias, DeploymentPreference, UseAliasAsEventTarget } = properties
  if (!truthy(AutoPublishAlias)) {
    if (UseAliasAsEventTarget) throw invalidResource(id, "'UseAliasAsEventTarget' requires 'AutoPublishAlias' property to be specified.")
    if (truthy(DeploymentPreference)) throw invalidResource(id, "'DeploymentPreference' requires 'AutoPublishAlias' property to be specified.")
    return undefined
  }
  const version = generated('AWS::StepFunctions::StateMachineVersion', `${id}Version`, {
    StateMachineArn: ref(id), StateMachineRevisionId: getAtt(id, 'StateMachineRevisionId'),
  }, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', ...inherited })
  const preference = { ...truthy(DeploymentPreference) ? DeploymentPreference : { Type: 'ALL_AT_ONCE' }, StateMachineVersionArn: ref(version.id) }
  const alias = generated(
    'AWS::StepFunctions::StateMachineAlias', `${id}Alias${AutoPublishAlias}`, { Name: AutoPublishAlias, DeploymentPreference: preference }, inherited
  )
  resources.push(version, alias)
  return alias
}

function eventResources(sam: Sam, id: string, properties: Dict, owner: Generated): Generated[] {
  const target: Target = { id: owner.id, name: ref(owner.id), arn: ref(owner.id), attributes: owner.attributes, inherited: inheritedOf(owner.attributes) }
  return entriesOf(truthy(properties.Events) ? properties.Events : {}).flatMap(([name, event]) => {
    const read = readEvent(stateMachineEvents, id, name, event)
    return stateMachineEvents[read.type]!.resources({ sam, target, role: undefined, permissionsBoundary: properties.PermissionsBoundary }, read)
  })
}
