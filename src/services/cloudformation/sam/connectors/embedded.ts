import { duplicateId, invalidResource, SamFault } from '../errors.ts'
import { checkProperties } from '../properties.ts'
import { deepCopy, drop, entriesOf, isDict, put } from '../python.ts'
import type { Dict } from '../python.ts'
import { attributesOf, expectAttribute, expectResource } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { connectorTypes } from './connector.ts'

const connectorType = 'AWS::Serverless::Connector'

/** Makes a resource of each connector that is written inside its source, under Connectors. */
export function addEmbeddedConnectors(sam: Sam): void {
  const resources: Dict = sam.source.Resources
  const found: [string, Dict][] = []
  for (const [id, resource] of entriesOf(resources)) {
    if (!Object.hasOwn(resource, 'Connectors')) continue
    const note = (work: () => void) => {
      try {
        work()
      } catch (error) {
        if (!(error instanceof SamFault)) throw error
        sam.faults.push(error)
      }
    }
    note(() => {
      for (const [name, connector] of entriesOf(expectAttribute(resource.Connectors, id, `${id}.Connectors`, 'map'))) {
        note(() => found.push([id + name, embedded(resources, id, name, connector)]))
      }
    })
  }
  for (const [id, connector] of found) put(resources, id, connector)
  for (const resource of Object.values(resources)) drop(resource, 'Connectors')
}

function embedded(resources: Dict, sourceId: string, name: string, given: unknown): Dict {
  const id = sourceId + name
  if (!isDict(given)) throw invalidResource(id, `${sourceId}.${id} should be a map.`)
  const connector = deepCopy(given)
  const properties = expectAttribute(connector.Properties, sourceId, `Connectors.${name}.Properties`, 'map')
  properties.Source = { Id: sourceId }
  if (Object.hasOwn(properties, 'SourceReference')) {
    const reference = expectResource(properties.SourceReference, sourceId, `Connectors.${name}.Properties.SourceReference`, 'map')
    if (Object.hasOwn(reference, 'Id')) throw invalidResource(name, "'Id' shouldn't be defined in 'SourceReference'.")
    Object.assign(properties.Source, reference)
    delete properties.SourceReference
  }
  if (!/^[A-Za-z0-9]+$/.test(id)) throw invalidResource(id, 'Logical ids must be alphanumeric.')
  checkProperties(id, connectorType, connectorTypes, properties)
  if (Object.hasOwn(resources, id)) throw duplicateId(sourceId, id, connectorType)
  return { Type: connectorType, ...connector.DependsOn ? { DependsOn: connector.DependsOn } : {}, ...attributesOf(connector), Properties: properties }
}
