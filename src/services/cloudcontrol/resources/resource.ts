import { isDeepStrictEqual } from 'node:util'
import type { Aws } from '../../../contracts/aws.ts'
import { AwsError, ValidationException } from '../../../platform/errors.ts'
import { identifierMembers, identifierText, parseIdentifier, type Identity } from '../../../platform/resource-identifier.ts'
import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { tagsToList, userTags } from '../../../platform/tags.ts'
import { ResourceNotFoundException, TypeNotFoundException, UnsupportedActionException, type CloudControl } from '../state.ts'

/** A type that Cloud Control can work on: one that can be read and whose identifier is known. */
export type ProvisionableType = ResourceType & Required<Pick<ResourceType, 'read' | 'identifier'>>

/** The handlers of a type; throws TypeNotFoundException, UnsupportedActionException. */
export async function requireType(scope: CloudControl, name: string, action: 'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'LIST'): Promise<ProvisionableType> {
  const type = await scope.config.resourceType(name)
  if (!type) throw new TypeNotFoundException(`The type '${name}' cannot be found.`)
  const able = type.read && type.identifier !== undefined && (action !== 'LIST' || type.list) && (action !== 'UPDATE' || type.update)
  if (!able) throw new UnsupportedActionException(`Resource type ${name} does not support ${action} action`)
  return type as ProvisionableType
}

/** What a handler is given: there is no stack, and no tags but the resource's own. */
export function contextOf(scope: CloudControl, typeName: string, aws: Aws, suffix = '', signal: AbortSignal = scope.signal): ResourceContext {
  const kind = typeName.split('::').at(-1)!
  return {
    aws, account: scope.account, region: scope.region, partition: scope.partition, stackName: '', stackId: '', logicalId: kind, tags: {}, signal,
    endpoint: scope.config.endpoint,
    generatedName: (max, options) => {
      const name = `${kind}-${suffix}`.slice(-max)
      return options?.lowerCase ? name.toLowerCase() : name
    },
    wait: ms => scope.pause(ms, signal).catch(() => { throw new Error('The request was cancelled.') }),
  }
}

/** A resource's identity, from what a request names it by: its identifier's values joined by `|`, or an object of them. Throws ValidationException. */
export function identityOfRequest(type: ProvisionableType, identifier: string): Identity {
  const identity = parseIdentifier(type, identifier)
  if (identity) return identity
  throw new ValidationException(
    `Identifier ${identifier} is not valid for identifier [${identifierMembers(type).map(member => `/properties/${member}`).join(', ')}]`
  )
}

export interface Standing { properties: Record<string, unknown>, attributes: Record<string, unknown> }

/** A resource as it stands, with its tags; throws ResourceNotFoundException. */
export async function standing(type: ProvisionableType, typeName: string, context: ResourceContext, identity: Identity): Promise<Standing> {
  const { id, keys } = identity
  const read = await type.read(context, id, keys)
  if (!read) throw new ResourceNotFoundException(`Resource of type '${typeName}' with identifier '${identifierText(type, identity)}' was not found.`)
  const properties = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined && value !== null))
  const tags = type.tags && Object.hasOwn(type.properties, 'Tags') ? userTags(await type.tags(context, id, keys)) : {}
  const Tags = type.tagsAre === 'map' ? tags : tagsToList(tags)
  return {
    properties: { ...properties, ...Object.keys(tags).length > 0 && { Tags } }, attributes: { ...await type.attributes?.(context, id, keys), ...keys },
  }
}

/** The properties of a request, checked against the type's; throws ValidationException in the words of the schema check. */
export function parseProperties(type: ResourceType, text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ValidationException('DesiredState is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ValidationException('DesiredState is not a JSON object.')
  checkModel(type, value as Record<string, unknown>)
  return value as Record<string, unknown>
}

export function checkModel(type: ResourceType, properties: Record<string, unknown>): void {
  const extraneous = Object.keys(properties).find(name => !Object.hasOwn(type.properties, name) && !Object.hasOwn(type.properties, '*'))
  if (extraneous !== undefined) throw new ValidationException(`Model validation failed (#: extraneous key [${extraneous}] is not permitted)`)
  const missing = Object.keys(type.properties).find(name => type.properties[name] === 'required' && properties[name] === undefined)
  if (missing !== undefined) throw new ValidationException(`Model validation failed (#: required key [${missing}] not found)`)
}

/** Throws where a patch changes what cannot be changed. */
export function checkChangeable(type: ResourceType, before: Standing, after: Record<string, unknown>): void {
  const changed = (name: string) => !isDeepStrictEqual(after[name], before.properties[name] ?? before.attributes[name])
  const readOnly = Object.keys(before.attributes).filter(name => !Object.hasOwn(type.properties, name) && changed(name))
  if (readOnly.length > 0) throw new ValidationException(`Invalid patch update: readOnlyProperties [${paths(readOnly)}] cannot be updated`)
  const createOnly = (type.createOnly ?? []).filter(changed)
  if (createOnly.length > 0) throw new ValidationException(`Invalid patch update: createOnlyProperties [${paths(createOnly)}] cannot be updated`)
}

const paths = (names: string[]) => names.map(name => `/properties/${name}`).join(', ')

const codes: [RegExp, string][] = [
  [/AlreadyExists|AlreadyOwned|ResourceInUse|NameExists/i, 'AlreadyExists'], [/NotFound|NoSuch|DoesNotExist|NonExistent/i, 'NotFound'],
  [/AccessDenied|NotAuthorized|Unauthorized/i, 'AccessDenied'], [/Throttl|TooManyRequests/i, 'Throttling'], [/LimitExceeded/i, 'ServiceLimitExceeded'],
  [/Validation|Invalid|Malformed|BadRequest/i, 'InvalidRequest'], [/InternalFailure|ServiceException/i, 'ServiceInternalError'],
]

/** The handler's error code that an error of a service stands for. */
export const errorCodeOf = (error: unknown): string =>
  codes.find(([pattern]) => pattern.test(error instanceof AwsError ? error.code : ''))?.[1] ?? 'GeneralServiceException'
