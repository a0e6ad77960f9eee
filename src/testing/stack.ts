import assert from 'node:assert/strict'
import { CloudFormation, type Tag } from '@aws-sdk/client-cloudformation'
import type { TestCloud } from './index.ts'

/** What the drift of a stack's resources is by their logical ids: their status, or where they differ as `NOT_EQUAL /Path`. */
export type Drifts = Record<string, string | string[]>

type Resources = Record<string, { Type: string, Properties?: object, DeletionPolicy?: string, DependsOn?: string }>

/** A stack of a test, and what CloudFormation's API says of it. `client`: other credentials or another region than the cloud's. */
export function testStack(cloud: TestCloud, StackName: string, client = cloud.client) {
  const cloudFormation = new CloudFormation(client)
  const reasons = async () =>
    (await cloudFormation.describeStackEvents({ StackName })).StackEvents!.flatMap(event => event.ResourceStatusReason ?? []).join('\n')
  const ended = async (verb: string) => {
    for (let at = 0; at < 30; at++) {
      await cloud.settle()
      const { StackStatus } = (await cloudFormation.describeStacks({ StackName })).Stacks![0]!
      if (!StackStatus!.endsWith('_IN_PROGRESS')) return assert.equal(StackStatus, `${verb}_COMPLETE`, await reasons())
      await cloud.clock.advance(1000)
    }
  }
  return {
    async create(resources: Resources, Tags: Tag[] = []) {
      await cloudFormation.createStack({ StackName, TemplateBody: JSON.stringify({ Resources: resources }), Capabilities: ['CAPABILITY_NAMED_IAM'], Tags })
      await ended('CREATE')
    },
    /** Takes one resource that exists into a new stack. */
    async import(Type: string, ResourceIdentifier: Record<string, string>, Properties: object) {
      await cloudFormation.createChangeSet({
        StackName, ChangeSetName: 'import', ChangeSetType: 'IMPORT', Capabilities: ['CAPABILITY_NAMED_IAM'],
        ResourcesToImport: [{ ResourceType: Type, LogicalResourceId: 'Thing', ResourceIdentifier }],
        TemplateBody: JSON.stringify({ Resources: { Thing: { Type, Properties, DeletionPolicy: 'Retain' } } }),
      })
      await cloud.settle()
      await cloudFormation.executeChangeSet({ StackName, ChangeSetName: 'import' })
      await ended('IMPORT')
    },
    async drifts(): Promise<Drifts> {
      const { StackDriftDetectionId } = await cloudFormation.detectStackDrift({ StackName })
      await cloud.settle()
      const status = await cloudFormation.describeStackDriftDetectionStatus({ StackDriftDetectionId })
      assert.equal(status.DetectionStatus, 'DETECTION_COMPLETE', status.DetectionStatusReason)
      return Object.fromEntries((await cloudFormation.describeStackResourceDrifts({ StackName })).StackResourceDrifts!.map(drift => [
        drift.LogicalResourceId!, drift.StackResourceDriftStatus === 'MODIFIED'
          ? drift.PropertyDifferences!.map(found => `${found.DifferenceType} ${found.PropertyPath}`).sort() : drift.StackResourceDriftStatus!,
      ]))
    },
    /** The physical ids by the logical ones. */
    async ids(): Promise<Record<string, string>> {
      const { StackResourceSummaries } = await cloudFormation.listStackResources({ StackName })
      return Object.fromEntries(StackResourceSummaries!.map(found => [found.LogicalResourceId!, found.PhysicalResourceId!]))
    },
  }
}
