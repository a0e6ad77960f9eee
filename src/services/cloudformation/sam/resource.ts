import { invalidEvent, invalidResource } from './errors.ts'
import { deepCopy, entriesOf, isDict, keysOf } from './python.ts'
import type { Dict, Value } from './python.ts'

/** A CloudFormation resource that the transform generates; members that are null or undefined are left out. */
export interface Generated {
  id: string
  type: string
  properties: Dict
  dependsOn?: Value
  /** Condition, DeletionPolicy, Metadata and the like. */
  attributes: Dict
}

const ownAttributes = ['DeletionPolicy', 'UpdatePolicy', 'Condition', 'UpdateReplacePolicy', 'Metadata']
const inheritedAttributes = ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy']

const pick = (source: Dict, names: string[]): Dict => Object.fromEntries(names.filter(name => Object.hasOwn(source, name)).map(name => [name, source[name]]))

/** Attributes of a SAM resource that go to the CloudFormation resource of the same id. */
export const attributesOf = (resource: Dict): Dict => pick(resource, ownAttributes)

/** Attributes that every generated resource inherits. */
export const inheritedOf = (attributes: Dict): Dict => pick(attributes, inheritedAttributes)

export function generated(type: string, id: string, properties: Dict, attributes: Dict = {}, dependsOn?: Value): Generated {
  if (!/^[A-Za-z0-9]+$/.test(id)) throw invalidResource(id, 'Logical ids must be alphanumeric.')
  return { id, type, properties, attributes: { ...attributes }, dependsOn }
}

export function toTemplate(resource: Generated): Dict {
  const { DependsOn: _, ...attributes } = resource.attributes
  const properties = Object.fromEntries(entriesOf(resource.properties).filter(([, value]) => value !== undefined && value !== null))
  const hasDependency = Array.isArray(resource.dependsOn) ? resource.dependsOn.length > 0 : Boolean(resource.dependsOn)
  return { Type: resource.type, ...hasDependency ? { DependsOn: resource.dependsOn } : {}, ...attributes, Properties: properties }
}

export function tagList(tags: Value): Dict[] {
  return isDict(tags) ? entriesOf(tags).map(([Key, value]) => ({ Key, Value: value ?? '' })) : []
}

const reservedTags = ['lambda:createdBy', 'serverlessrepo:applicationId', 'serverlessrepo:semanticVersion']

/** The resource's tags with SAM's own before them. */
export function samTags(id: string, tags: Value, more: Dict = {}): Dict[] {
  for (const reserved of reservedTags) {
    if (isDict(tags) && Object.hasOwn(tags, reserved)) {
      throw invalidResource(id, `${reserved} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.`)
    }
  }
  return [...tagList({ 'lambda:createdBy': 'SAM' }), ...tagList(more), ...tagList(tags)]
}

/** How each generated type that has tags takes them: as a list of Key and Value, or as a map. */
const tagged: Record<string, 'list' | 'map'> = {
  'AWS::Lambda::Function': 'list', 'AWS::IAM::Role': 'list', 'AWS::SQS::Queue': 'list', 'AWS::SNS::Topic': 'list', 'AWS::ApiGateway::RestApi': 'list',
  'AWS::ApiGateway::Stage': 'list',
  'AWS::ApiGateway::DomainName': 'list', 'AWS::ApiGateway::DomainNameV2': 'list', 'AWS::ApiGateway::UsagePlan': 'list', 'AWS::ApiGateway::ApiKey': 'list',
  'AWS::S3::Bucket': 'list',
  'AWS::ApiGateway::DomainNameAccessAssociation': 'list', 'AWS::StepFunctions::StateMachine': 'list', 'AWS::Lambda::CapacityProvider': 'list',
  'AWS::CodeDeploy::Application': 'list',
  'AWS::ApiGatewayV2::Api': 'map', 'AWS::ApiGatewayV2::Stage': 'map', 'AWS::ApiGatewayV2::DomainName': 'map',
}

export function propagateTags(resources: Generated[], tags: Value, wanted: Value): void {
  if (!wanted || !isDict(tags) || keysOf(tags).length === 0) return
  for (const resource of resources) {
    const shape = tagged[resource.type]
    if (shape === undefined || (resource.type === 'AWS::ApiGatewayV2::Api' && resource.properties.ProtocolType !== 'WEBSOCKET')) continue
    resource.properties.Tags = shape === 'list' ? tagList(tags) : tags
  }
}

type Wanted = 'map' | 'list' | 'string' | 'integer' | 'boolean'
const isA: Record<Wanted, (value: unknown) => boolean> = {
  map: isDict, list: Array.isArray, string: value => typeof value === 'string', integer: value => Number.isInteger(value) || typeof value === 'boolean',
  boolean: value => typeof value === 'boolean',
}

/** Throws unless the resource's property is of the type. */
export function expectResource(value: Value, id: string, path: string, wanted: Wanted, message?: string): Value {
  if (!isA[wanted](value)) throw invalidResource(id, message ?? `Property '${path}' should be a ${wanted}.`)
  return value
}

export function expectEvent(value: Value, id: string, path: string, wanted: Wanted, message?: string): Value {
  if (!isA[wanted](value)) throw invalidEvent(id, message ?? `Property '${path}' should be a ${wanted}.`)
  return value
}

export function expectAttribute(value: Value, id: string, path: string, wanted: Wanted): Value {
  if (!isA[wanted](value)) throw invalidResource(id, `Attribute '${path}' should be a ${wanted}.`)
  return value
}

export function expectPresent(value: Value, id: string, path: string, message?: string): Value {
  if (value === undefined || value === null) throw invalidResource(id, message ?? `Property '${path}' is required.`)
  return value
}

export function expectListOf(value: Value, id: string, path: string, wanted: Wanted): Value[] {
  expectResource(value, id, path, 'list')
  value.forEach((item: Value, index: number) => expectResource(item, id, `${path}[${index}]`, wanted))
  return value
}

export { deepCopy }
