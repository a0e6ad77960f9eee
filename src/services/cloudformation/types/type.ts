import { identifierMembers } from '../../../platform/resource-identifier.ts'
import type { ResourceType } from '../../../platform/resource-type.ts'
import { awsError } from '../../../platform/errors.ts'
import { ownTypes } from '../engine/handler.ts'
import type { CloudFormation } from '../state.ts'

export const TypeNotFoundException = awsError('TypeNotFoundException', 404)

export const typeArn = (cfn: CloudFormation, name: string): string =>
  `arn:${cfn.partition}:cloudformation:${cfn.region}::type/resource/${name.replaceAll('::', '-')}`

/** The names of all resource types of this cloud, in their order. */
export const typeNames = async (cfn: CloudFormation): Promise<string[]> => [...await cfn.config.resourceTypeNames(), ...Object.keys(ownTypes)].sort()

/** The type with a name or an ARN; throws TypeNotFoundException. */
export async function requireType(
  cfn: CloudFormation, given: { TypeName?: string | undefined, Arn?: string | undefined }
): Promise<{ name: string, type: ResourceType }> {
  const wanted = given.TypeName ?? (await typeNames(cfn)).find(name => typeArn(cfn, name) === given.Arn)
  const type = wanted === undefined ? undefined : ownTypes[wanted]?.(cfn) ?? await cfn.config.resourceType(wanted)
  if (wanted === undefined || !type) throw new TypeNotFoundException(`The type '${given.TypeName ?? given.Arn}' cannot be found.`)
  return { name: wanted, type }
}

/** Whether Cloud Control can work with the type, and whether it changes in place. */
export const provisioningOf = (type: ResourceType) => !type.read || type.identifier === undefined
  ? 'NON_PROVISIONABLE'
  : type.update ? 'FULLY_MUTABLE'
  : 'IMMUTABLE'

/** What Fogbank knows of a type as a JSON schema: its properties by name, not what they are made of. */
export function schemaOf(name: string, type: ResourceType): string {
  const properties = Object.entries(type.properties).filter(([property]) => property !== '*')
  const required = properties.filter(([, need]) => need === 'required').map(([property]) => property)
  const handlers = ['create', 'read', 'update', 'delete', 'list'].filter(verb => type[verb as keyof ResourceType])
  return JSON.stringify({
    typeName: name, properties: Object.fromEntries(properties.map(([property]) => [property, {}])), additionalProperties: Object.hasOwn(type.properties, '*'),
    ...type.writeOnly && { writeOnlyProperties: type.writeOnly.map(property => `/properties/${property}`) },
    ...required.length > 0 && { required }, ...type.createOnly && { createOnlyProperties: type.createOnly.map(property => `/properties/${property}`) },
    ...type.identifier !== undefined && { primaryIdentifier: identifierMembers(type).map(member => `/properties/${member}`) },
    handlers: Object.fromEntries(handlers.map(verb => [verb, {}])),
  })
}
