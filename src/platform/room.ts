import type { EventType } from '../contracts/events.ts'
import type { Sinks } from '../contracts/sinks.ts'
import type { BlobTable } from './blob-references.ts'
import type { ResourceType } from './resource-type.ts'
import type { ServiceDefinition } from './service.ts'
import { blobTable, blobTableNames } from './tables.ts'

/**
 * A service as src/services.ts lists it: its name, and what must be known of it before its code is loaded. Everything else is
 * loaded at its first request, event, task or record. What is declared here is checked against the definition when it is loaded.
 */
export interface Room {
  name: string
  load: () => Promise<ServiceDefinition>
  /** The domain events that its `hears` names. */
  hears?: readonly EventType[]
  /** The sinks that it owns. */
  sinks?: readonly (keyof Sinks)[]
  /** The first two words of its CloudFormation resource types: `AWS::SQS`. */
  resources?: readonly string[]
  /** The tables whose rows name blobs. */
  blobs?: readonly string[]
  /** The `claims` of its `http`, from a file that imports nothing. */
  claims?: Claims
  /** The `mayClaim` of its `http`, from a file that imports nothing. */
  mayClaim?: Claims
  /** It has a `start`: it is loaded as soon as the cloud serves, or then only where one of its tables has a row. */
  starts?: true | { whereTableHasRows: string | string[] }
  /** Its definition was handed in, as by a test: it opens with the cloud. */
  opensAtOnce?: true
}

export type Claims = (request: { host: string, path: string, method: string }) => boolean

/** A definition as a room; a room as it is. */
export function roomOf(service: Room | ServiceDefinition): Room {
  if ('load' in service) return service
  const { name, hears, http, resourceTypes, sinks, tables } = service
  return {
    name, load: async () => service, opensAtOnce: true, hears: Object.keys(hears ?? {}) as EventType[], resources: namespacesOf(resourceTypes),
    blobs: blobTableNames(tables), sinks: Object.keys(sinks ?? {}) as (keyof Sinks)[],
    ...http && { claims: http.claims, ...http.mayClaim && { mayClaim: http.mayClaim } }, ...service.start && { starts: true },
  }
}

/** Throws where the list says something else of a service than the service itself: it would not hear, or not be asked. */
export function checkDeclared(room: Room, definition: ServiceDefinition): void {
  if (room.opensAtOnce) return
  const differ = (what: string, declared: readonly string[] = [], found: string[]) => {
    if ([...declared].sort().join() === found.sort().join()) return
    const [says, has] = [declared.join(', '), found.join(', ')]
    throw new Error(`The line of ${room.name} in src/services.ts declares ${what} [${says}], its service.ts has [${has}]: make them agree.`)
  }
  differ('the name', [room.name], [definition.name])
  differ('hears', room.hears, Object.keys(definition.hears ?? {}))
  differ('sinks', room.sinks, Object.keys(definition.sinks ?? {}))
  differ('blobs', room.blobs, blobTableNames(definition.tables))
  differ('resources', room.resources, namespacesOf(definition.resourceTypes))
  differ('starts', room.starts ? ['true'] : [], definition.start ? ['true'] : [])
  if (room.mayClaim !== definition.http?.mayClaim) differ('mayClaim', [], ['another one in http.mayClaim'])
  if (room.claims !== definition.http?.claims) {
    differ('claims', [room.claims ? 'a function' : 'nothing'], [definition.http ? 'another one in http.claims' : 'no http'])
  }
}

const namespaceOf = (type: string) => type.split('::').slice(0, 2).join('::')
const namespacesOf = (types: Record<string, ResourceType<any>> | undefined) => [...new Set(Object.keys(types ?? {}).map(namespaceOf))]

/** The CloudFormation resource types of all rooms: asked for one, it loads the rooms that own its namespace. */
export function resourceTypes(rooms: Room[], load: (name: string) => Promise<ServiceDefinition>): (type: string) => Promise<ResourceType | undefined> {
  const owners = new Map<string, string[]>()
  for (const { name, resources = [] } of rooms) for (const namespace of resources) owners.set(namespace, [...owners.get(namespace) ?? [], name])
  return async type => {
    let found: ResourceType | undefined
    for (const name of owners.get(namespaceOf(type)) ?? []) found = (await load(name)).resourceTypes?.[type] ?? found
    return found
  }
}

/** The names of all resource types. */
export const resourceTypeNames = (rooms: Room[], load: (name: string) => Promise<ServiceDefinition>) => async (): Promise<string[]> => {
  const owners = await Promise.all(rooms.filter(room => room.resources?.length).map(room => load(room.name)))
  return owners.flatMap(owner => Object.keys(owner.resourceTypes ?? {}))
}

/** The tables of all rooms whose rows name blobs. */
export const blobTables = (rooms: Room[], load: (name: string) => Promise<ServiceDefinition>): BlobTable[] =>
  rooms.flatMap(({ name, blobs = [] }) => blobs.map(table => blobTable(name, table, async () => (await load(name)).tables)))
