import assert from 'node:assert/strict'
import { CloudControl } from '@aws-sdk/client-cloudcontrol'
import { CloudFormation, type StackResourceDrift } from '@aws-sdk/client-cloudformation'
import type { TestCloud } from '../../../testing/index.ts'
import { detectedDrift, physicalIds, stackEnded } from '../../../testing/stack.ts'

export type Template = Record<string, { Type: string, Properties?: Record<string, unknown>, [attribute: string]: unknown }>

/** A stack whose resources are compared with their template, and told: what the tests of drift of every service do. */
export interface Drifting {
  client: CloudFormation
  control: CloudControl
  /** Makes the stack; answers the physical ids by logical id. */
  create(StackName: string, Resources: Template, more?: object): Promise<Record<string, string>>
  detect(StackName: string): Promise<Record<string, StackResourceDrift>>
  /** Fails where a resource of the stack is not told, or told with differences. */
  inSync(StackName: string, logicalIds: string[]): Promise<void>
  /** What differs, as `LOGICALID NOT_EQUAL /Path`, and `LOGICALID DELETED`. */
  told(StackName: string): Promise<string[]>
  /** The properties of a resource as Cloud Control reads them. */
  get(TypeName: string, Identifier: string): Promise<Record<string, unknown>>
  list(TypeName: string, model?: object): Promise<string[]>
  /** Imports a resource that exists into a new stack, which it is in sync with; answers its physical id. */
  importOne(StackName: string, resource: Template[string], ResourceIdentifier: Record<string, string>): Promise<string>
}

export function drifting(cloud: TestCloud): Drifting {
  const client = new CloudFormation(cloud.client)
  const control = new CloudControl(cloud.client)
  const settled = (StackName: string, status: string) => stackEnded(cloud, client, StackName, status)
  const idsOf = (StackName: string) => physicalIds(client, StackName)
  const detect = (StackName: string) => detectedDrift(cloud, client, StackName)
  return {
    client, control, detect,
    async create(StackName, Resources, more = {}) {
      const TemplateBody = JSON.stringify({ Resources })
      await client.createStack({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'], ...more })
      await settled(StackName, 'CREATE_COMPLETE')
      return idsOf(StackName)
    },
    async inSync(StackName, logicalIds) {
      const drifts = await detect(StackName)
      const found = Object.values(drifts).map(drift => [drift.LogicalResourceId, drift.StackResourceDriftStatus, drift.PropertyDifferences])
      assert.deepEqual(found.sort(), [...logicalIds].sort().map(id => [id, 'IN_SYNC', []]))
    },
    async told(StackName) {
      const drifts = Object.values(await detect(StackName))
      return drifts.flatMap(drift => drift.StackResourceDriftStatus === 'DELETED' ? [`${drift.LogicalResourceId} DELETED`]
        : drift.PropertyDifferences!.map(each => `${drift.LogicalResourceId} ${each.DifferenceType} ${each.PropertyPath}`)).sort()
    },
    get: async (TypeName, Identifier) => JSON.parse((await control.getResource({ TypeName, Identifier })).ResourceDescription!.Properties!),
    async list(TypeName, model) {
      const { ResourceDescriptions } = await control.listResources({ TypeName, ...model && { ResourceModel: JSON.stringify(model) } })
      return ResourceDescriptions!.map(found => found.Identifier!)
    },
    async importOne(StackName, resource, ResourceIdentifier) {
      const Resources = { One: { ...resource, DeletionPolicy: 'Retain' } }
      const ResourcesToImport = [{ ResourceType: resource.Type, LogicalResourceId: 'One', ResourceIdentifier }]
      const TemplateBody = JSON.stringify({ Resources })
      await client.createChangeSet({ StackName, ChangeSetName: 'import', ChangeSetType: 'IMPORT', ResourcesToImport, TemplateBody })
      await client.executeChangeSet({ StackName, ChangeSetName: 'import' })
      await settled(StackName, 'IMPORT_COMPLETE')
      await this.inSync(StackName, ['One'])
      return (await idsOf(StackName)).One!
    },
  }
}
