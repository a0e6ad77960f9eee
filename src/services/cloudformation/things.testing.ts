import type { ResourceType } from '../../platform/resource-type.ts'
import type { ServiceDefinition } from '../../platform/service.ts'

/** Resource types for tests, whose resources live in a map: what stands in the cloud, by physical id. */
export function things() {
  const standing = new Map<string, { name: string, properties: any, tags: Record<string, string> }>()
  /** Calls of handlers, in order: `create A`, `update A`, `delete A`. */
  const calls: string[] = []
  /** Set by a test: what fails, such as `create A`. */
  const failing = new Set<string>()
  const pause: { at?: string, reached?: () => void, go?: Promise<void> } = {}
  let number = 0
  const called = async (verb: string, logicalId: string) => {
    calls.push(`${verb} ${logicalId}`)
    if (pause.at === `${verb} ${logicalId}`) {
      pause.reached?.()
      await pause.go
    }
    if (failing.has(`${verb} ${logicalId}`)) throw new Error(`${logicalId} does not want to ${verb}`)
  }
  const item: ResourceType = {
    properties: { Name: 'optional', Value: 'optional', Tags: 'optional', Fixed: 'optional', Needed: 'optional' },
    createOnly: ['Name', 'Fixed'],
    async create(resource, properties) {
      await called('create', resource.logicalId)
      const id = properties.Name ?? resource.generatedName(64)
      if (standing.has(id)) throw new Error(`${id} exists`)
      standing.set(id, { name: resource.logicalId, properties, tags: resource.tags })
      return { id, attributes: { Arn: `arn:test:${id}`, Number: ++number, Value: properties.Value ?? '' } }
    },
    async update(resource, id, properties) {
      await called('update', resource.logicalId)
      standing.set(id, { name: resource.logicalId, properties, tags: resource.tags })
      return { id, attributes: { Arn: `arn:test:${id}`, Number: number, Value: properties.Value ?? '' } }
    },
    async delete(resource, id) {
      await called('delete', resource.logicalId)
      standing.delete(id)
    },
  }
  const rigid: ResourceType = { properties: { Value: 'required' }, create: item.create, delete: item.delete }
  const role: ResourceType = { properties: { RoleName: 'optional' }, create: item.create, delete: item.delete }
  const service: ServiceDefinition = {
    name: 'things', tables: {}, operations: {}, authorization: {},
    resourceTypes: { 'Test::Thing::Item': item, 'Test::Thing::Rigid': rigid, 'AWS::IAM::Role': role },
  }
  return { standing, calls, failing, pause, service }
}
