import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec'
import { identifierMembers } from '../src/platform/resource-identifier.ts'
import type { ResourceType } from '../src/platform/resource-type.ts'
import type { ServiceDefinition } from '../src/platform/service.ts'
import { ownTypes } from '../src/services/cloudformation/engine/handler.ts'
import { services } from '../src/services.ts'

const file = join(dirname(import.meta.dirname), 'docs', 'resource-types.md')

/** What AWS has of a type. */
export interface TypeFacts { properties: string[], identifier: string[], tagsAre: 'map' | 'list' }

/** Every resource type of AWS, by its name. */
export function typesOfAws(): Map<string, TypeFacts> {
  const spec = loadAwsServiceSpecSync()
  return new Map([...spec.all('resource')].map(resource => [resource.cloudFormationType, {
    properties: Object.keys(resource.properties).sort(), identifier: resource.primaryIdentifier ?? [],
    tagsAre: resource.properties.Tags?.type.type === 'map' || resource.tagInformation?.variant === 'map' ? 'map' : 'list',
  }]))
}

/** Every resource type of Fogbank, by its name: those of the services, and those that need CloudFormation's engine. */
export function typesOfFogbank(definitions: ServiceDefinition[]): Map<string, ResourceType> {
  const types = definitions.flatMap(definition => Object.entries(definition.resourceTypes ?? {}))
  // Of the engine's types only what they declare is looked at here.
  const own = Object.entries(ownTypes).map(([name, make]) => [name, make(undefined as never)] as [string, ResourceType])
  return new Map([...types, ...own].sort(([a], [b]) => a < b ? -1 : 1))
}

function line(name: string, type: ResourceType, facts: TypeFacts | undefined): string {
  const real = Object.keys(type.properties).filter(property => property !== '*').sort()
  const missing = facts?.properties.filter(property => !real.includes(property) && !Object.hasOwn(type.properties, '*')) ?? []
  const honoured = Object.hasOwn(type.properties, '*') ? 'any properties' : real.length === 0 ? 'no properties'
    : missing.length === 0 ? `all properties (${real.join(', ')})` : `${real.length} of ${facts!.properties.length} properties (${real.join(', ')})`
  const refused = missing.length > 0 ? `; refused: ${missing.join(', ')}` : ''
  return `- \`${name}\`: ${honoured}${refused}.${type.read ? readBack(name, type) : ''}${type.update ? '' : ' Any change replaces it.'}`
}

/** What a type that can be read serves for. Cloud Control works on the types of the services, not on those of CloudFormation's engine. */
function readBack(name: string, type: ResourceType): string {
  const members = identifierMembers(type)
  const controlled = members.length > 0 && !Object.hasOwn(ownTypes, name)
  const uses = [
    'drift', ...members.length > 0 ? [`import by ${members.join(' and ')}`] : [], ...controlled ? ['Cloud Control'] : [],
    ...controlled && type.list ? [`ListResources${type.listBy ? ` by ${type.listBy.join(', ')}` : ''}`] : [],
  ]
  return ` Read back: ${uses.join(', ')}${type.writeOnly ? `; but for ${type.writeOnly.join(', ')}` : ''}.`
}

/** The page that lists which resource types and properties are real. */
export function resourceTypesPage(definitions: ServiceDefinition[]): string {
  const aws = typesOfAws()
  const types = typesOfFogbank(definitions)
  const namespaces = new Map<string, string[]>()
  let properties = 0
  for (const [name, type] of types) {
    const namespace = name.split('::').slice(0, 2).join('::')
    properties += Object.keys(type.properties).filter(property => property !== '*').length
    namespaces.set(namespace, [...namespaces.get(namespace) ?? [], line(name, type, aws.get(name))])
  }
  const sections = [...namespaces].map(([namespace, lines]) => {
    const all = [...aws.keys()].filter(name => name.startsWith(`${namespace}::`))
    const absent = all.filter(name => !types.has(name)).sort()
    const rest = absent.length > 0 ? `\n\nNot here: ${absent.map(name => name.slice(namespace.length + 2)).join(', ')}.` : ''
    return `## ${namespace}\n\n${lines.join('\n')}${rest}\n`
  })
  return '# Resource types\n\nWritten by `node scripts/resource-types.ts`, against AWS\'s own specification of its types. '
    + 'A type that is not listed fails a template by its name, a property that is not\nlisted fails the resource by its name. '
    + '`Custom::…` and `AWS::CloudFormation::CustomResource` take any properties. '
    + 'Of a property, what its service\'s API takes is real.\n\n'
    + `${types.size} types, ${properties} properties.\n\n${sections.join('\n')}`
}

if (import.meta.main) writeFileSync(file, resourceTypesPage(await Promise.all(services.map(room => room.load()))))
