import { invalidResource } from '../errors.ts'
import { logicalIdOf } from '../intrinsics.ts'
import type { PropertyTypes } from '../properties.ts'
import { deepCopy, entriesOf, equal, isDict, iterated } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { profiles } from './profiles.ts'
import type { Profile } from './profiles.ts'
import { endOf } from './reference.ts'
import type { End } from './reference.ts'

export const connectorTypes: PropertyTypes = { Source: '{any}!', Destination: '{any}|[{any}]!', Permissions: '[str]!' }

interface Link {
  sam: Sam, id: string, attributes: Dict, dependsOn: Value, source: End, destination: End, profile: Profile, permissions: string[], suffix: string
}

/** AWS::Serverless::Connector: the policies and permissions with which one resource may use another. */
export function serverlessConnector(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  const many = Array.isArray(properties.Destination)
  const destinations: Dict[] = many ? properties.Destination : [properties.Destination]
  const resources = destinations.flatMap((reference, index) => connect(sam, id, resource, properties, reference, many ? `Destination${index}` : ''))
  replaceDependency(sam, id, resources.map(each => each.id))
  if (resources.length === 0) throw invalidResource(id, "'Destination' is an empty list")
  return resources
}

function connect(sam: Sam, id: string, resource: Dict, properties: Dict, reference: Dict, suffix: string): Generated[] {
  const resources: Dict = sam.output.Resources
  const end = (own: Dict, other: Dict): End => {
    const found = endOf(resources, own, other)
    if (typeof found === 'string') throw invalidResource(id, found)
    return found
  }
  const destination = end(reference, properties.Source)
  const source = end(properties.Source, reference)
  const profile = profiles[source.type]?.[destination.type]
  if (!profile) {
    throw invalidResource(id, `Unable to create connector from ${source.type} to ${destination.type}; it's not supported or the template is invalid.`)
  }
  const permissions = [...new Set<string>(iterated(properties.Permissions))]
  checkPermissions(id, profile, permissions, `connector from ${source.type} to ${destination.type}`)
  const filled = { ...profile, permissions: fill(id, deepCopy(profile.permissions), replacements(source, destination)) }
  const link: Link = { sam, id, attributes: attributesOf(resource), dependsOn: resource.DependsOn, source, destination, profile: filled, permissions, suffix }
  const made = makers[profile.kind](link)
  for (const each of made) each.attributes.Metadata = { ...each.attributes.Metadata, 'aws:sam:connectors': { [id]: origin(sam, source, destination) } }
  return made
}

function origin(sam: Sam, source: End, destination: End): Dict {
  const typeOf = (end: End): string => (end.id ? sam.source.Resources[end.id]?.Type : undefined) ?? end.type
  return { Source: { Type: typeOf(source) }, Destination: { Type: typeOf(destination) } }
}

function checkPermissions(id: string, profile: Profile, permissions: string[], what: string): void {
  const names = Object.keys(profile.permissions)
  if (permissions.length === 0) throw invalidResource(id, `'Permissions' cannot be empty; valid values are: ${names.join(', ')}.`)
  if (permissions.some(each => !names.includes(each))) {
    throw invalidResource(id, `Unsupported 'Permissions' provided for ${what}; valid values are: ${names.join(', ')}.`)
  }
  const combinations = profile.combinations?.map(each => [...each].sort())
  if (!combinations || combinations.some(each => equal(each, [...permissions].sort()))) return
  throw invalidResource(id, `Unsupported 'Permissions' provided for ${what}; valid combinations are: ${combinations.map(each => each.join(' + ')).join(', ')}.`)
}

function replacements(source: End, destination: End): [string, Value][] {
  const members: [string, keyof End][] = [['Arn', 'arn'], ['ResourceId', 'resourceId'], ['Name', 'name'], ['Qualifier', 'qualifier']]
  return members.flatMap(([name, member]): [string, Value][] => [[`Source.${name}`, source[member]], [`Destination.${name}`, destination[member]]])
}

/** Puts in what is known of both ends, as Fn::Sub where it stands within a text. */
function fill(id: string, value: Value, known: [string, Value][]): Value {
  if (Array.isArray(value)) return value.map(item => fill(id, item, known))
  if (isDict(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(id, item, known)]))
  if (typeof value !== 'string') return value
  let text: string = value
  const variables: Dict = {}
  for (const [name, replacement] of known) {
    const pattern = `%{${name}}`
    if (!text.includes(pattern)) continue
    if (replacement === undefined || replacement === null) throw invalidResource(id, `${name} is missing.`)
    if (text === pattern) return replacement
    const variable = name.replaceAll('.', '')
    text = text.replaceAll(pattern, `\${${variable}}`)
    variables[variable] = replacement
  }
  if (!/\$\{.+\}/.test(text)) return text
  return { 'Fn::Sub': Object.keys(variables).length > 0 ? [text, variables] : text }
}

/** The end of the connector that carries the policy, with what must be known of it. */
function carrier(link: Link, member: keyof End, what: string): Value {
  const end = link.profile.isSourcePolicy ? link.source : link.destination
  if (end[member]) return end[member]
  throw invalidResource(link.id, `Unable to get ${what} from '${link.profile.isSourcePolicy ? 'Source' : 'Destination'}' resource.`)
}

function policyDocument({ profile, permissions }: Link): Dict {
  const statements = entriesOf(profile.permissions).filter(([name]) => permissions.includes(name)).flatMap(([, permission]) => permission.Statement)
  return { Version: '2012-10-17', Statement: statements }
}

const makers: Record<Profile['kind'], (link: Link) => Generated[]> = {
  role: link => {
    const role = carrier(link, 'roleName', 'IAM role name')
    const policy = generated(
      'AWS::IAM::ManagedPolicy', `${link.id}Policy${link.suffix}`, { PolicyDocument: policyDocument(link), Roles: [role] }, link.attributes, link.dependsOn
    )
    makeWait(link, policy.id)
    return [policy]
  },
  queue: link => [generated('AWS::SQS::QueuePolicy', `${link.id}QueuePolicy${link.suffix}`,
    { Queues: [carrier(link, 'queueUrl', 'SQS queue URL')], PolicyDocument: policyDocument(link) }, link.attributes, link.dependsOn)],
  topic: link => [generated('AWS::SNS::TopicPolicy', `${link.id}TopicPolicy${link.suffix}`,
    { Topics: [carrier(link, 'arn', 'SNS topic ARN')], PolicyDocument: policyDocument(link) }, link.attributes, link.dependsOn)],
  function: link => {
    const FunctionName = carrier(link, 'arn', 'Lambda function ARN')
    return entriesOf(link.profile.permissions).filter(([name]) => link.permissions.includes(name)).map(([name, permission]) => {
      const { Action, Principal, SourceArn, SourceAccount } = permission
      return generated('AWS::Lambda::Permission', `${link.id}${name}LambdaPermission${link.suffix}`,
        { Action, FunctionName, Principal, SourceArn, SourceAccount }, link.attributes, link.dependsOn)
    })
  },
}

/** A mapping cannot be made, or a state machine started, before its role has the policy. */
function makeWait({ sam, source, destination, profile }: Link, policyId: string): void {
  const resources: Dict = sam.output.Resources
  if (profile.dependedBy === 'SOURCE' && source.id) addDependency(resources[source.id], policyId)
  if (profile.dependedBy !== 'DESTINATION_EVENT_SOURCE_MAPPING' || !source.id || !destination.id) return
  const mappings = Object.values(resources).filter(resource => resource.Type === 'AWS::Lambda::EventSourceMapping'
    && logicalIdOf(resource.Properties?.FunctionName) === destination.id && logicalIdOf(resource.Properties?.EventSourceArn) === source.id)
  if (mappings.length === 1) addDependency(mappings[0], policyId)
}

const dependencies = (resource: Dict): Value[] => Array.isArray(resource.DependsOn) ? resource.DependsOn : resource.DependsOn ? [resource.DependsOn] : []

function addDependency(resource: Dict | undefined, ...ids: string[]): void {
  if (resource) resource.DependsOn = [...dependencies(resource), ...ids.filter(id => !dependencies(resource).includes(id))]
}

/** What waits for the connector waits for all that it became. */
function replaceDependency(sam: Sam, id: string, ids: string[]): void {
  for (const resource of Object.values(sam.output.Resources as Dict)) {
    if (!dependencies(resource).includes(id)) continue
    resource.DependsOn = dependencies(resource).filter(each => each !== id)
    addDependency(resource, ...ids)
  }
}
