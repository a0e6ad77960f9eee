import type { ListStackSetAutoDeploymentTargetsInput, ListStackSetAutoDeploymentTargetsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { paged, requireStackSet } from './stackset.ts'

/** The units, or the root, that a service-managed set was deployed to, with the regions of each. */
export async function ListStackSetAutoDeploymentTargets(
  cfn: CloudFormation, input: ListStackSetAutoDeploymentTargetsInput,
): Promise<ListStackSetAutoDeploymentTargetsOutput> {
  const { unitRegions = {} } = await requireStackSet(cfn, input.StackSetName)
  const targets = Object.entries(unitRegions).sort().map(([OrganizationalUnitId, Regions]) => ({ OrganizationalUnitId, Regions }))
  const { page, ...more } = paged(targets, 'ListStackSetAutoDeploymentTargets', input)
  return { Summaries: page, ...more }
}
