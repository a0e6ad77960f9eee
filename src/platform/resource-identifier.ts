import type { ResourceType } from './resource-type.ts'

type Identified = Pick<ResourceType, 'identifier' | 'idMember' | 'idOf'>

/** What names one resource that exists: its physical id, and the values of its identifier's members. */
export interface Identity { id: string, keys: Record<string, string> }

/** The members of a type's identifier, in AWS's order; none where it has no identifier. */
export const identifierMembers = ({ identifier = [] }: Identified): readonly string[] => typeof identifier === 'string' ? [identifier] : identifier

/** The identity with these values; undefined where they are not exactly the members of the type's identifier. */
export function identityOf(type: Identified, keys: Readonly<Record<string, unknown>>): Identity | undefined {
  const members = identifierMembers(type)
  if (members.length === 0 || Object.keys(keys).length !== members.length || members.some(member => typeof keys[member] !== 'string')) return undefined
  const found = Object.fromEntries(members.map(member => [member, keys[member] as string]))
  return { id: type.idOf?.(found) ?? (type.idMember === undefined ? Object.values(found).join('|') : found[type.idMember]!), keys: found }
}

/** Reads an identifier as Cloud Control is given it: the values joined by `|`, or an object of the members. Undefined where it is not the type's. */
export function parseIdentifier(type: Identified, text: string): Identity | undefined {
  const members = identifierMembers(type)
  if (text.startsWith('{')) {
    try {
      return identityOf(type, JSON.parse(text))
    } catch {
      return undefined
    }
  }
  const values = members.length === 1 ? [text] : text.split('|')
  return values.length === members.length ? identityOf(type, Object.fromEntries(members.map((member, at) => [member, values[at]]))) : undefined
}

/** The identity of a resource whose physical id and properties are known; undefined where they do not tell it. */
export function identityWithin(type: Identified, id: string, properties: Readonly<Record<string, unknown>>): Identity | undefined {
  const members = identifierMembers(type)
  if (!type.idOf && (members.length < 2 || type.idMember === undefined)) return parseIdentifier(type, id)
  return identityOf(type, Object.fromEntries(members.map(member => [member, member === type.idMember ? id : properties[member]])))
}

/** An identifier as Cloud Control writes it. */
export const identifierText = (type: Identified, { keys }: Identity): string => identifierMembers(type).map(member => keys[member]).join('|')
