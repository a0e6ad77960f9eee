import assert from 'node:assert/strict'
import { CloudFormation, type StackResourceDrift, type Tag } from '@aws-sdk/client-cloudformation'
import type { TestCloud } from './index.ts'

/** What the drift of a stack's resources is by their logical ids: their status, or where they differ as `NOT_EQUAL /Path`. */
export type Drifts = Record<string, string | string[]>

type Resources = Record<string, { Type: string, Properties?: object, DeletionPolicy?: string, DependsOn?: string }>

/** Waits by the virtual clock until an operation on a stack has ended, a stream or provisioned concurrency in it too; fails where it ended otherwise. */
export async function stackEnded(cloud: TestCloud, cloudFormation: CloudFormation, StackName: string, expected: string): Promise<void> {
  const statusNow = async () => {
    await cloud.settle()
    return (await cloudFormation.describeStacks({ StackName })).Stacks![0]!.StackStatus!
  }
  let status = await statusNow()
  for (let at = 0; at < 60 && status.endsWith('_IN_PROGRESS'); at++) {
    await cloud.clock.advance(1000)
    status = await statusNow()
  }
  if (status === expected) return
  const { StackEvents } = await cloudFormation.describeStackEvents({ StackName })
  assert.equal(status, expected, StackEvents!.flatMap(event => event.ResourceStatusReason ?? []).join('\n'))
}

/** Detects the drift of a stack: what is found of its resources, by their logical ids. */
export async function detectedDrift(cloud: TestCloud, cloudFormation: CloudFormation, StackName: string): Promise<Record<string, StackResourceDrift>> {
  const { StackDriftDetectionId } = await cloudFormation.detectStackDrift({ StackName })
  await cloud.settle()
  const { DetectionStatus, DetectionStatusReason } = await cloudFormation.describeStackDriftDetectionStatus({ StackDriftDetectionId })
  assert.equal(DetectionStatus, 'DETECTION_COMPLETE', DetectionStatusReason)
  const { StackResourceDrifts } = await cloudFormation.describeStackResourceDrifts({ StackName })
  return Object.fromEntries(StackResourceDrifts!.map(drift => [drift.LogicalResourceId!, drift]))
}

/** The physical ids of a stack's resources by the logical ones. */
export async function physicalIds(cloudFormation: CloudFormation, StackName: string): Promise<Record<string, string>> {
  const { StackResourceSummaries } = await cloudFormation.listStackResources({ StackName })
  return Object.fromEntries(StackResourceSummaries!.map(found => [found.LogicalResourceId!, found.PhysicalResourceId!]))
}

/** A stack of a test, and what CloudFormation's API says of it. `client`: other credentials or another region than the cloud's. */
export function testStack(cloud: TestCloud, StackName: string, client = cloud.client) {
  const cloudFormation = new CloudFormation(client)
  const ended = (verb: string) => stackEnded(cloud, cloudFormation, StackName, `${verb}_COMPLETE`)
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
      const drifts = Object.entries(await detectedDrift(cloud, cloudFormation, StackName))
      return Object.fromEntries(drifts.map(([id, drift]) => [
        id, drift.StackResourceDriftStatus === 'MODIFIED'
          ? drift.PropertyDifferences!.map(found => `${found.DifferenceType} ${found.PropertyPath}`).sort() : drift.StackResourceDriftStatus!,
      ]))
    },
    ids: () => physicalIds(cloudFormation, StackName),
  }
}
